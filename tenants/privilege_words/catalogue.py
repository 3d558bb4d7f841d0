"""Words about templates and money."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

CATALOGUE = Group(
    _("Catalogue"),
    _("Templates, and the repositories they lie in."),
    {
        "APPLIB_VIEW": Words(_("See the catalogue"), _("See which templates there are, and what they are.")),
        "APPLIB_ALLOW_MODIFY": Words(
            _("Change templates"), _("Change names, sizes, icons and sharing of templates, and delete them.")
        ),
        "APPLIB_UPLOAD_IMAGE": Words(
            _("Upload images"), _("Bring one's own disk images into the catalogue.")
        ),
        "APPLIB_DOWNLOAD_IMAGE": Words(
            _("Download images"), _("Take disk images of templates away as files.")
        ),
        "APPLIB_MANAGE_REPOSITORY": Words(
            _("Manage repositories"), _("Refresh repositories and change how they are kept.")
        ),
        "APPLIB_DOWNLOAD_FROM_REMOTE_REPOSITORY": Words(
            _("Fetch from remote repositories"), _("Fetch templates from remote repositories.")
        ),
        "APPLIB_MANAGE_CATEGORIES": Words(
            _("Manage categories"), _("Manage the enterprise's categories of templates.")
        ),
        "APPLIB_MANAGE_GLOBAL_CATEGORIES": Words(
            _("Manage global categories"), _("Manage categories of templates for everybody.")
        ),
        "APPLIB_SHOW_DC_CAPACITY": Words(
            _("See the fill of repositories"),
            _("See how much room repositories have and how much of it is used."),
        ),
        "APPLIB_EXPORT_TO_PRIVATE": Words(
            _("Export to private locations"), _("Export templates to private locations.")
        ),
        "APPLIB_EXPORT_TO_PUBLIC": Words(
            _("Export to public regions"), _("Export templates to public regions.")
        ),
        "APPLIB_DISK_ALLOCATION": Words(
            _("Choose where template disks are placed"),
            _("Say for a template which datastores its disks go to."),
        ),
        "APPLIB_ACCEPT_IMAGE_TERMS": Words(
            _("Accept terms of images"), _("Accept the terms of marketplace images.")
        ),
    },
)
COSTS = Group(
    _("Costs"),
    _("Prices, bills and budgets."),
    {
        "BILLS_VIEW": Words(_("See bills"), _("See bills, line by line.")),
        "BILLS_MANAGE": Words(_("Manage bills"), _("Issue and correct bills.")),
        "RUN_BILLING": Words(_("Start billing"), _("Start billing runs.")),
        "BUDGET_VIEW": Words(_("See budgets"), _("See budgets and how much of them is spent.")),
        "BUDGET_MANAGE": Words(_("Manage budgets"), _("Create, change and delete budgets.")),
        "PRICING_VIEW": Words(
            _("See price lists"), _("See what everything costs, and which price list counts for whom.")
        ),
        "PRICING_MANAGE": Words(_("Manage price lists"), _("Create, change and delete price lists.")),
        "PRICING_REGENERATE": Words(_("Work out old prices again"), _("Work out prices of the past again.")),
        "MANAGE_PRICING_CREDENTIALS": Words(
            _("Manage accounts for prices"), _("Manage accounts from which prices are read.")
        ),
        "COST_CODE_MANAGE_HARDWARE_PROFILE": Words(
            _("Set cost codes of hardware profiles"),
            _("Say under which cost code hardware profiles are billed."),
        ),
        "COST_CODE_MANAGE_VIRTUAL_MACHINE": Words(
            _("Set cost codes of machines"), _("Say under which cost code machines are billed.")
        ),
        "COST_CODE_MANAGE_VIRTUAL_MACHINE_TEMPLATE": Words(
            _("Set cost codes of templates"),
            _("Say under which cost code machines of a template are billed."),
        ),
    },
)
