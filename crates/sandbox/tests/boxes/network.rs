//! Networks of others.

use crate::ground::{Ground, in_each_mode};
use mainstay_sandbox::{Bind, Network, Ports};
use std::fs::Permissions;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::Stdio;

in_each_mode!(
    a_port_of_the_host_is_not_reached,
    the_metadata_service_and_the_world_are_not_reached,
    it_has_one_interface_that_works,
    raw_and_strange_sockets_are_refused,
    an_abstract_socket_of_the_host_is_not_reached,
    only_its_port_is_listened_on,
    a_connection_is_made_inside_and_handed_out,
    what_its_proxy_is_asked_is_heard_outside,
    at_which_address_of_its_own_its_proxy_is_asked_is_told_outside,
    a_socket_that_it_is_shown_is_reached,
    a_low_port_is_its_own_to_listen_on,
);

fn a_port_of_the_host_is_not_reached(ground: &Ground) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    assert_eq!(
        ground.says(&format!("attempt(lambda: socket.create_connection(('127.0.0.1', {port}), 2))")),
        "ECONNREFUSED"
    );
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
}

fn the_metadata_service_and_the_world_are_not_reached(ground: &Ground) {
    let code = "for address in ['169.254.169.254', '10.0.0.1', '1.1.1.1']:\n    \
        attempt(lambda: socket.create_connection((address, 80), 2))\n\
                attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53)))";
    assert_eq!(ground.says(code), ["ENETUNREACH"; 4].join("\n"));
}

fn it_has_one_interface_that_works(ground: &Ground) {
    let code = "print(socket.if_nameindex())\nl = socket.create_server(('127.0.0.1', 0))\n\
        c = socket.create_connection(l.getsockname())\nprint(l.accept()[0].send(b'x'), c.recv(1))";
    assert_eq!(ground.says(code), "[(1, 'lo')]\n1 b'x'");
}

fn raw_and_strange_sockets_are_refused(ground: &Ground) {
    let code = "for family, kind, protocol in [(2, 3, 1), (10, 3, 58), (17, 3, 768), (17, 2, 768), \
                (40, 1, 0), (38, 5, 0), (16, 3, 12), (2, 3 | 0o2000000, 255), (15, 3, 2)]:\n    \
        \
                attempt(lambda: socket.socket(family, kind, protocol).close())";
    assert_eq!(ground.says(code), ["EPERM"; 9].join("\n"));
}

fn an_abstract_socket_of_the_host_is_not_reached(ground: &Ground) {
    let name = format!("mainstay-test-{}-{:?}", std::process::id(), ground.mode);
    let _listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    assert_eq!(
        ground.says(&format!("attempt(lambda: socket.socket(socket.AF_UNIX).connect('\\0{name}'))")),
        "ECONNREFUSED"
    );
}

fn only_its_port_is_listened_on(ground: &Ground) {
    let mut spec = ground.python(
        "attempt(lambda: socket.create_server(('127.0.0.1', 8080)).close())\n\
        attempt(lambda: socket.create_server(('127.0.0.1', 8081)).close())",
    );
    spec.ports = Ports::Only(vec![8080]);
    assert_eq!(ground.run(&spec).said, "ok \nEACCES");
}

fn a_connection_is_made_inside_and_handed_out(ground: &Ground) {
    let code = "l = socket.create_server(('127.0.0.1', 8080))\nprint('ready', flush=True)\n\
        c = l.accept()[0]\nc.sendall(b'from within ' + c.recv(9))";
    let (mut child, mut control) = ground.start(&ground.python(code)).unwrap();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    assert!(control.connect(8081).is_err(), "nobody is there");
    let mut connection = control.connect(8080).unwrap();
    connection.write_all(b"asked").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "from within asked");
    assert!(control.report().unwrap().is_success());
    child.wait().unwrap();
}

fn what_its_proxy_is_asked_is_heard_outside(ground: &Ground) {
    let mut spec = ground.python(
        "c = socket.create_connection(('127.0.0.1', 3128))\n\
        c.sendall(b'CONNECT registry:443')\nprint(c.recv(9).decode())\n\
        attempt(lambda: socket.create_connection(('1.1.1.1', 443), 2))",
    );
    spec.network = Network::Proxy { port: 3128 };
    let (mut command, mut control) = ground.command();
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(command);
    let listener = control.start(&spec).unwrap().proxy.unwrap();
    let (mut asking, _) = listener.accept().unwrap();
    let mut asked = [0; 20];
    asking.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"CONNECT registry:443");
    asking.write_all(b"200").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "200\nENETUNREACH");
}

fn at_which_address_of_its_own_its_proxy_is_asked_is_told_outside(ground: &Ground) {
    let mut spec = ground.python(
        "a = socket.create_connection(('127.0.0.1', 5432))\nb = socket.create_connection(('127.9.8.7', 5432))\n\
        print(a.recv(9).decode(), b.recv(9).decode())",
    );
    spec.network = Network::Proxy { port: 5432 };
    let (mut command, mut control) = ground.command();
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(command);
    let listener = control.start(&spec).unwrap().proxy.unwrap();
    for expected in ["127.0.0.1", "127.9.8.7"] {
        let (mut asking, _) = listener.accept().unwrap();
        assert_eq!(asking.local_addr().unwrap().ip().to_string(), expected);
        asking.write_all(expected.as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "127.0.0.1 127.9.8.7");
}

fn a_socket_that_it_is_shown_is_reached(ground: &Ground) {
    let place = ground.owned_directory("database");
    let listener = UnixListener::bind(place.join("socket")).unwrap();
    std::fs::set_permissions(place.join("socket"), Permissions::from_mode(0o666)).unwrap();
    let mut spec = ground.python(
        "s = socket.socket(socket.AF_UNIX)\ns.connect('/run/database/socket')\ns.sendall(b'select')\nprint(s.recv(9))",
    );
    spec.binds = vec![Bind::read_only(&place, "/run/database")];
    let served = std::thread::spawn(move || {
        let (mut asking, _) = listener.accept().unwrap();
        asking.read_exact(&mut [0; 6]).unwrap();
        asking.write_all(b"rows").unwrap();
    });
    assert_eq!(ground.run(&spec).said, "b'rows'");
    served.join().unwrap();
}

fn a_low_port_is_its_own_to_listen_on(ground: &Ground) {
    assert_eq!(ground.says("attempt(lambda: socket.create_server(('127.0.0.1', 80)).close())"), "ok");
}
