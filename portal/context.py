"""What every page's shell needs."""


def shell(request):
    return {}
