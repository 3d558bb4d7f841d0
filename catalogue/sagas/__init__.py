"""Operations on templates; importing this package registers them."""

from catalogue.sagas import conversion, deletion  # noqa: F401
