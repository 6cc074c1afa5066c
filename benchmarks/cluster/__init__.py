"""Times of fits on Dask clusters, and a model of them."""
