//! What a container is made with.

use super::by_id;
use crate::driver::Charge;
use bollard::models::{
    ContainerCreateBody, HealthConfig, HostConfig, HostConfigLogConfig, Mount, MountBindOptions,
    MountBindOptionsPropagationEnum, MountType, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};
use mainstay_sandbox::Identity;
use rustix::process::{Resource, getrlimit};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const MIB: u64 = 1 << 20;
/// Where a program finds what it may change.
const DATA: &str = "/data";
/// Where programs expect to write what need not last; each is in memory.
const SCRATCH: [&str; 3] = ["/tmp", "/run", "/var/tmp"];
/// Files that a program may have open.
const OPEN_FILES: u64 = 4096;
/// What an engine keeps of what a program writes; all of it is taken from there at once.
const LOG: [(&str, &str); 2] = [("max-size", "8m"), ("max-file", "2")];

/// The container of a program that runs as somebody.
pub(super) fn of(
    charge: &Charge,
    owner: Identity,
    (labels, volumes): (HashMap<String, String>, &[String]),
) -> ContainerCreateBody {
    let command = (!charge.command.is_empty()).then_some(&charge.command);
    let shell = |command: &String| vec!["/bin/sh".to_owned(), "-c".to_owned(), command.clone()];
    ContainerCreateBody {
        image: charge.image.as_deref().map(by_id),
        hostname: Some("site".to_owned()),
        user: Some(format!("{}:{}", owner.uid, owner.gid)),
        // Whoever says what runs has that run, and not what the image begins with.
        entrypoint: command.map(shell),
        cmd: command.map(|_| Vec::new()),
        env: Some(environment(charge)),
        labels: Some(labels),
        // Whether it is well is asked from here.
        healthcheck: Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() }),
        host_config: Some(host_config(charge, volumes)),
        ..ContainerCreateBody::default()
    }
}

fn environment(charge: &Charge) -> Vec<String> {
    let usual = [("HOME", DATA.to_owned()), ("PORT", charge.port.to_string()), ("DATA_DIR", DATA.to_owned())];
    let usual = usual.into_iter().map(|(name, value)| (name.to_owned(), value));
    let own = charge.variables.iter().map(|(name, value)| (name.clone(), value.expose().clone()));
    let all: BTreeMap<_, _> = usual.chain(own).collect();
    all.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn host_config(charge: &Charge, volumes: &[String]) -> HostConfig {
    let resources = &charge.resources;
    let memory = u64::from(resources.memory_mb) * MIB;
    let data = [bind(&charge.data, Path::new(DATA))];
    let further = charge.folders.iter().map(|(folder, place)| bind(folder, place));
    HostConfig {
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        privileged: Some(false),
        readonly_rootfs: Some(true),
        network_mode: Some("none".to_owned()),
        ipc_mode: Some("private".to_owned()),
        memory: Some(signed(memory)),
        // As much with swap as without: none.
        memory_swap: Some(signed(memory)),
        nano_cpus: Some(i64::from(resources.cpu_milli) * 1_000_000),
        pids_limit: Some(i64::from(resources.processes)),
        shm_size: Some(signed(memory / 4)),
        tmpfs: Some(scratch(memory / 4, volumes)),
        mounts: Some(data.into_iter().chain(further).collect()),
        ulimits: Some(ulimits(charge)),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(LOG.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()),
        }),
        // Whoever tends the site starts it again, and knows when not to.
        restart_policy: Some(RestartPolicy { name: Some(RestartPolicyNameEnum::NO), ..RestartPolicy::default() }),
        ..HostConfig::default()
    }
}

/// What an image would have kept in volumes, which have no limit, is in memory as well, and ends with the program.
fn scratch(bytes: u64, volumes: &[String]) -> HashMap<String, String> {
    let options = format!("rw,nosuid,nodev,size={bytes},mode=1777");
    let volumes = volumes.iter().map(|volume| volume.trim_end_matches('/'));
    let volumes = volumes.filter(|volume| volume.starts_with('/') && *volume != DATA);
    SCRATCH.into_iter().chain(volumes).map(|place| (place.to_owned(), options.clone())).collect()
}

fn bind(folder: &Path, place: &Path) -> Mount {
    let propagation = Some(MountBindOptionsPropagationEnum::RPRIVATE);
    Mount {
        typ: Some(MountType::BIND),
        source: Some(folder.display().to_string()),
        target: Some(place.display().to_string()),
        bind_options: Some(MountBindOptions { propagation, ..MountBindOptions::default() }),
        ..Mount::default()
    }
}

/// Those that an engine sets by itself may be above what this machine grants.
fn ulimits(charge: &Charge) -> Vec<ResourcesUlimits> {
    let resources = &charge.resources;
    // Two programs of a site are one user while one takes the other's place.
    let processes = u64::from(resources.processes) * 2 + 64;
    let limits = [
        ("nofile", granted(Resource::Nofile, OPEN_FILES)),
        ("nproc", granted(Resource::Nproc, processes)),
        ("fsize", granted(Resource::Fsize, u64::from(resources.disk_mb) * MIB)),
        ("core", 0),
    ];
    let limit = |(name, most): (&str, u64)| {
        let most = Some(signed(most));
        ResourcesUlimits { name: Some(name.to_owned()), soft: most, hard: most }
    };
    limits.into_iter().map(limit).collect()
}

fn granted(resource: Resource, wanted: u64) -> u64 {
    getrlimit(resource).maximum.map_or(wanted, |most| wanted.min(most))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;
    use crate::sites::Resources;
    use mainstay_kernel::Secret;

    fn charge(command: &str) -> Charge {
        let variables = [("A", "1"), ("HOME", "/elsewhere")];
        Charge {
            command: command.to_owned(),
            image: Some("0a".repeat(32)),
            own: "/own".into(),
            release: "/release".into(),
            inner: Folder::default(),
            data: "/host/data".into(),
            folders: vec![("/host/db".into(), "/db".into())],
            door: None,
            goes_out: false,
            logs: "/logs".into(),
            port: 3000,
            variables: variables.map(|(name, value)| (name.to_owned(), Secret::new(value.to_owned()))).into(),
            resources: Resources::default(),
            user: 1,
        }
    }

    fn made(command: &str, volumes: &[&str]) -> ContainerCreateBody {
        let volumes: Vec<_> = volumes.iter().map(|volume| (*volume).to_owned()).collect();
        of(&charge(command), Identity { uid: 7, gid: 8 }, (HashMap::new(), &volumes))
    }

    #[test]
    fn a_container_has_nothing_but_what_it_is_given() {
        let body = made("", &[]);
        let host = body.host_config.expect("a host's side");
        assert_eq!((body.user.as_deref(), body.entrypoint, body.cmd), (Some("7:8"), None, None));
        assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
        assert_eq!(host.security_opt, Some(vec!["no-new-privileges".to_owned()]));
        assert_eq!((host.privileged, host.readonly_rootfs), (Some(false), Some(true)));
        assert_eq!((host.network_mode.as_deref(), host.ipc_mode.as_deref()), (Some("none"), Some("private")));
        assert!(
            host.pid_mode.is_none() && host.userns_mode.is_none() && host.cap_add.is_none() && host.binds.is_none()
        );
        assert_eq!((host.memory, host.memory_swap), (Some(512 << 20), Some(512 << 20)));
        assert_eq!((host.nano_cpus, host.pids_limit), (Some(500_000_000), Some(128)));
        let mounts = host.mounts.expect("mounts");
        let shown: Vec<_> =
            mounts.iter().filter_map(|mount| mount.source.as_deref().zip(mount.target.as_deref())).collect();
        assert_eq!(shown, [("/host/data", "/data"), ("/host/db", "/db")]);
        let limits = host.ulimits.expect("limits");
        assert!(["nofile", "nproc", "fsize", "core"].iter().all(|name| {
            limits.iter().any(|limit| limit.name.as_deref() == Some(name) && limit.hard == limit.soft)
        }));
    }

    #[test]
    fn a_program_finds_its_port_its_folder_and_its_variables_which_go_before_the_usual() {
        let mut told = made("", &[]).env.expect("variables");
        told.sort();
        assert_eq!(told, ["A=1", "DATA_DIR=/data", "HOME=/elsewhere", "PORT=3000"]);
    }

    #[test]
    fn a_command_takes_the_place_of_what_the_image_begins_with() {
        let body = made("exec server", &[]);
        assert_eq!(body.entrypoint, Some(["/bin/sh", "-c", "exec server"].map(str::to_owned).to_vec()));
        assert_eq!(body.cmd, Some(Vec::new()));
    }

    #[test]
    fn what_an_image_would_keep_in_volumes_is_in_memory_and_data_is_not() {
        let host = made("", &["/var/lib/x/", "/data", "relative"]).host_config.expect("a host's side");
        let mut places: Vec<_> = host.tmpfs.expect("places").into_keys().collect();
        places.sort();
        assert_eq!(places, ["/run", "/tmp", "/var/lib/x", "/var/tmp"]);
    }
}
