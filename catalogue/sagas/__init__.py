"""Operations on templates; importing this package registers them."""

from catalogue.sagas import deletion  # noqa: F401
