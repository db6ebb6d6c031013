"""Records, search, blobs and the PDF/A of a document."""
