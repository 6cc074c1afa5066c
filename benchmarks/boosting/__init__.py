"""Boosted trees with focal loss on real data: which loss, and which curvature."""
