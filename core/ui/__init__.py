"""What the pages of every app share: who may look, how lists are paged, how errors are told."""
