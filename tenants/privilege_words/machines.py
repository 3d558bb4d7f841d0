"""Words about machines, their data, and what watches them."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

MACHINES = Group(
    _("Machines"),
    _("What is done with machines from the first deployment to the last."),
    {
        "VAPP_DEPLOY_UNDEPLOY": Words(
            _("Deploy and undeploy machines"),
            _("Deploy and undeploy machines. Deployed machines cost money."),
        ),
        "VAPP_PERFORM_ACTIONS": Words(
            _("Run machines"), _("Power machines on and off, pause and reset them, open their console.")
        ),
        "VAPP_CUSTOMISE_SETTINGS": Words(_("Change machines"), _("Change settings of machines.")),
        "VM_EDIT_CPU_RAM": Words(_("Change CPUs and memory"), _("Change CPUs and memory of machines.")),
        "VM_EXCEED_CPU_RAM": Words(
            _("Exceed the sizes of templates"), _("Choose sizes beyond what a template allows.")
        ),
        "MANAGE_MOVE_VM": Words(
            _("Move machines between appliances"),
            _("Put machines into another appliance of the same virtual datacenter."),
        ),
        "VM_RELOCATE": Words(_("Move machines between hosts"), _("Move running machines to other hosts.")),
        "VM_PROTECT_ACTION": Words(
            _("Protect machines"), _("Protect machines from actions, and lift the protection.")
        ),
        "VM_RESTRICT": Words(_("Restrict machines"), _("Restrict single machines.")),
        "VAPP_CREATE_INSTANCE": Words(
            _("Capture machines as templates"), _("Make templates out of the disks of machines.")
        ),
        "VAPP_CREATE_STATEFUL": Words(
            _("Make persistent machines"), _("Keep the system disk of machines on a volume.")
        ),
        "VAPP_STATEFUL_VIEW": Words(
            _("See persistent machines"), _("See which machines keep their system disk on a volume.")
        ),
        "VAPP_DELETE_UNKNOWN_VM": Words(
            _("Delete machines of unknown state"),
            _("Delete machines whose state is unknown, or give them up."),
        ),
        "WORKFLOW_OVERRIDE": Words(
            _("Decide approvals"),
            _("Approve or refuse what waits for approval, and start things at once that would wait."),
        ),
        "VM_CHECK_USER_PASSWORD": Words(
            _("Require a guest password"), _("Require a password before a machine is used.")
        ),
        "VM_RETRIEVE_INITIAL_PASSWORD": Words(
            _("Read the first guest password"), _("Read the first password of a machine.")
        ),
        "VM_RESET_GUEST_PASSWORD": Words(_("Reset guest passwords"), _("Reset passwords inside machines.")),
        "MANAGE_ISO": Words(_("Insert installation media"), _("Insert and remove installation media.")),
    },
)
STORAGE = Group(
    _("Disks, snapshots and backups"),
    _("Where data lies, and how it comes back."),
    {
        "MANAGE_HARD_DISKS": Words(_("Manage disks"), _("Add, grow and remove disks.")),
        "VDC_MANAGE_STORAGE": Words(_("Manage volumes"), _("Create, change and delete volumes.")),
        "VDC_MANAGE_STORAGE_CONTROLLER": Words(
            _("Choose disk controllers"), _("Choose the controllers of disks.")
        ),
        "VDC_MANAGE_STORAGE_DISK_ALLOCATION": Words(
            _("Choose where disks are placed"),
            _("Say for a virtual datacenter which datastores its disks go to."),
        ),
        "MANAGE_SNAPSHOT": Words(_("Manage snapshots"), _("Take, restore and delete snapshots.")),
        "VIEW_ENTERPRISE_SNAPSHOTS_LIST": Words(
            _("See all snapshots of the enterprise"),
            _("See the snapshots of all machines in one list, with size and age."),
        ),
        "USERS_ENABLE_DISABLE_SNAPSHOT_AUTODELETE": Words(
            _("Switch the ageing of snapshots"), _("Switch the ageing of snapshots on and off.")
        ),
        "USERS_MANAGE_SNAPSHOT_AUTODELETE": Words(
            _("Set the age of snapshots"), _("Choose after how many days snapshots are deleted.")
        ),
        "VAPP_MANAGE_BACKUP": Words(_("Configure backups"), _("Configure backups of machines.")),
        "VAPP_DEFINE_BACKUP_INFO": Words(_("Describe backups"), _("Describe how machines are backed up.")),
        "VAPP_MANAGE_BACKUP_DISKS": Words(
            _("Choose the disks to back up"), _("Choose which disks are backed up.")
        ),
        "VAPP_RESTORE_BACKUP": Words(_("Restore backups"), _("Restore machines from backups.")),
        "VM_MANAGE_DRAAS": Words(_("Use disaster recovery"), _("Protect machines by disaster recovery.")),
    },
)
AUTOMATION = Group(
    _("Monitoring and automation"),
    _("What is measured, and what happens by itself."),
    {
        "USERS_SHOW_METRICS": Words(_("See measurements"), _("See measurements of machines.")),
        "USERS_ENABLE_DISABLE_VM_METRICS": Words(
            _("Switch measuring"), _("Switch measuring of machines on and off.")
        ),
        "USERS_PUSH_METRICS": Words(_("Send in measurements"), _("Send in measurements of machines.")),
        "USERS_VIEW_ALARMS": Words(
            _("See alarms"), _("See which limits of measurements are watched, and which are passed.")
        ),
        "USERS_MANAGE_ALARMS": Words(_("Manage alarms"), _("Create, change and delete alarms.")),
        "USERS_VIEW_ALERTS": Words(
            _("See alerts"), _("See which alarms call somebody, and when they last did.")
        ),
        "USERS_MANAGE_ALERTS": Words(_("Manage alerts"), _("Create, change and delete alerts.")),
        "ACTION_PLAN_VIEW": Words(
            _("See action plans"), _("See which actions are planned, and what starts them.")
        ),
        "ACTION_PLAN_MANAGE": Words(_("Manage action plans"), _("Create, change and delete action plans.")),
        "MANAGE_SCALING_GROUPS": Words(
            _("Manage scaling groups"), _("Manage groups that scale by themselves.")
        ),
        "SCALING_GROUP_MANAGE_WORKFLOW": Words(
            _("Choose whether scaling waits"), _("Choose whether scaling waits for approval.")
        ),
        "TAGS_VIEW": Words(_("See tags"), _("See the tags things carry.")),
        "TAGS_MANAGE": Words(_("Manage tags"), _("Put tags on things, and create, change and delete them.")),
        "TAG_POLICIES_VIEW": Words(_("See rules about tags"), _("See which tags things must carry.")),
        "TAG_POLICIES_MANAGE": Words(
            _("Manage rules about tags"), _("Create, change and delete rules about tags.")
        ),
    },
)
