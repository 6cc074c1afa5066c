"""Common claims about focal loss, judged by measurements."""
