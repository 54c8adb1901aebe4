#!/bin/sh
# The program of an image of the tests: serves a page, and runs whatever it is asked to.
echo "begun as $GREETING"
# The first process of a container is ended by no signal that it does not listen to.
trap 'exit 0' TERM
httpd -f -p "127.0.0.1:$PORT" -h /www &
wait "$!"
