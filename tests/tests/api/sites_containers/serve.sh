#!/bin/sh
# The program of an image of the tests: serves a page, and runs whatever it is asked to.
echo "begun as $GREETING"
exec httpd -f -p "127.0.0.1:$PORT" -h /www
