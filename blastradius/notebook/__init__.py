"""Results where people explore: frames of pandas, heat maps, pages inline, and what a notebook shows of a value."""
