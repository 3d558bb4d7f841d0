"""Operations on templates; importing this package registers them."""

from catalogue.sagas import bringing, conversion, deletion, disks, packaging, promotion, refreshing  # noqa: F401
