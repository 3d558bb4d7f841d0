"""Tests of the image library: the hostile corpus, benign images by the real qemu-img, and the fuzz run."""
