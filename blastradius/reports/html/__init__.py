"""A report as one HTML file: what the page shows, where the picture's nodes stand, and the template."""
