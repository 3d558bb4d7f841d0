"""Views of virtual resources, one module per resource."""
