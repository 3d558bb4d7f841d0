"""Operations on templates; importing this package registers them."""

from catalogue.sagas import conversion, deletion, promotion, refreshing  # noqa: F401
