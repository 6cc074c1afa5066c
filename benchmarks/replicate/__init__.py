"""The simulation of van den Goorbergh et al. (2022), repeated with focal loss."""
