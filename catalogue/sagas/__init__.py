"""Operations on templates; importing this package registers them."""

from catalogue.sagas import bringing, conversion, deletion, packaging, promotion, refreshing  # noqa: F401
