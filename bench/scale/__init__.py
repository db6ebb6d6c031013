"""How the whole grows: workers against bare engines, what lies between the pages, memory, and an office's day."""
