"""Operations on templates; importing this package registers them."""

from catalogue.sagas import (  # noqa: F401
    bringing,
    conversion,
    deletion,
    disks,
    list_reading,
    packaging,
    promotion,
    refreshing,
    relocation,
)
