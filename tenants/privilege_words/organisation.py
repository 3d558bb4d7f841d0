"""Words about tenants and people."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

ENTERPRISES = Group(
    _("Enterprises and tenants"),
    _("Whom the provider serves, and what each enterprise is and looks like."),
    {
        "ENTERPRISE_ENUMERATE": Words(
            _("See enterprises"), _("See which enterprises there are, as far as the scope reaches.")
        ),
        "ENTERPRISE_VIEW_HIERARCHY": Words(
            _("See the tenant tree"), _("See which enterprise stands beneath which reseller and key node.")
        ),
        "USERS_MANAGE_ENTERPRISE": Words(
            _("Manage enterprises"), _("Create, change and delete enterprises and their limits.")
        ),
        "ENTERPRISE_ADMINISTER_ALL": Words(
            _("Administer other enterprises"),
            _("See and manage what enterprises in the scope own, and work in another enterprise."),
        ),
        "ENTERPRISE_MANAGE_RESELLER": Words(_("Appoint resellers"), _("Make enterprises resellers.")),
        "ENTERPRISE_MANAGE_KEY_NODE": Words(_("Appoint key nodes"), _("Make enterprises key nodes.")),
        "ENTERPRISE_MANAGE_PROPERTIES": Words(
            _("Change properties of enterprises"), _("Change the properties of enterprises.")
        ),
        "USERS_VIEW_ENTERPRISE_METADATA": Words(
            _("Read notes about enterprises"), _("See what is noted about enterprises.")
        ),
        "USERS_MANAGE_ENTERPRISE_METADATA": Words(
            _("Write notes about enterprises"), _("Change what is noted about enterprises.")
        ),
        "USERS_MANAGE_ENTERPRISE_BRANDING": Words(_("Change themes"), _("Change the themes of enterprises.")),
        "ENTERPRISE_MANAGE_SERVER_MAIL": Words(
            _("Set up mail servers"), _("Configure the mail servers of resellers.")
        ),
        "USERS_MANAGE_RESERVED_MACHINES": Words(_("Reserve hosts"), _("Reserve hosts for enterprises.")),
        "USERS_MANAGE_CREDENTIALS": Words(
            _("Manage provider accounts"), _("Manage accounts of enterprises at cloud providers.")
        ),
        "ENTERPRISE_CREATE_USER_IN_PROVIDER": Words(
            _("Create provider accounts"), _("Create accounts at cloud providers.")
        ),
        "USERS_MANAGE_CHEF_ENTERPRISE": Words(_("Configure Chef"), _("Configure Chef for enterprises.")),
        "ENTERPRISE_RESOURCE_SUMMARY_ENT": Words(
            _("See the resource summary"), _("See how much of everything the enterprise uses.")
        ),
        "ENTERPRISE_SHOW_STATS_LIMITS": Words(
            _("See limits and their use"), _("See limits and what is used of them.")
        ),
    },
)
PEOPLE = Group(
    _("People, roles and scopes"),
    _("Who may sign in, what they may do, and how far that reaches."),
    {
        "USERS_VIEW": Words(
            _("See users and roles"),
            _("See the people of the enterprise, their roles and their last sign-in."),
        ),
        "USERS_MANAGE_USERS": Words(_("Manage users"), _("Create, change and delete users.")),
        "USERS_MANAGE_OTHER_ENTERPRISES": Words(
            _("Manage users of other enterprises"), _("Manage users of other enterprises in the scope.")
        ),
        "USERS_VIEW_PRIVILEGES": Words(
            _("See the privileges of roles"), _("See which privileges roles hold.")
        ),
        "USERS_MANAGE_ROLES": Words(
            _("Manage roles"), _("Create, change and delete roles of the enterprise.")
        ),
        "USERS_MANAGE_ROLES_OTHER_ENTERPRISES": Words(
            _("Manage roles of other enterprises"), _("Manage roles of other enterprises in the scope.")
        ),
        "USERS_MANAGE_SYSTEM_ROLES": Words(
            _("Manage global roles"), _("Manage global roles, which concern every enterprise.")
        ),
        "USERS_MANAGE_VDC_ROLES": Words(
            _("Give roles in single virtual datacenters"),
            _("Give users other roles in single virtual datacenters."),
        ),
        "USERS_MANAGE_SCOPES": Words(
            _("Manage scopes"), _("Create, change and delete scopes beneath the own one.")
        ),
        "USERS_PROHIBIT_VDC_RESTRICTION": Words(
            _("Never restricted to single virtual datacenters"),
            _("Nobody can confine users of this role to some virtual datacenters."),
        ),
        "USERS_ENUMERATE_CONNECTED": Words(
            _("See who is signed in"), _("See who is signed in now and from where, and end their sessions.")
        ),
        "USERS_DEFINE_AS_MANAGER": Words(_("Can be named as manager"), _("Be named as manager of things.")),
        "USERS_MANAGE_APPLICATIONS": Words(
            _("Manage applications of others"), _("Manage the applications of other users.")
        ),
        "MANAGE_USER_CIDR_ACCESS": Words(
            _("Choose the networks of users"), _("Choose from which networks users may come.")
        ),
        "MANAGE_ROLE_AND_SCOPE_CIDR_ACCESS": Words(
            _("Choose the networks of roles and scopes"),
            _("Choose from which networks users of roles and scopes may come."),
        ),
        "USERS_VIEW_USERS_METADATA": Words(_("Read notes about users"), _("See what is noted about users.")),
        "USERS_MANAGE_USERS_METADATA": Words(
            _("Write notes about users"), _("Change what is noted about users.")
        ),
        "AUTHENTICATED": Words(_("Sign in"), _("Be let in at all. Everybody who signs in has it.")),
    },
)
