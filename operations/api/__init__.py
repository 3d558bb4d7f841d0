"""Operations in the REST dialect, where they are *tasks* made of *jobs*."""
