"""How well and how fast: Digitizer beside OCRmyPDF and plain Tesseract, on the same pages in the same run."""
