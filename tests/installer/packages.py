"""What is in the MSI and in the zip."""
import hashlib
import struct
import subprocess
import xml.etree.ElementTree as xml
import zipfile

from harness import expect, expect_equal

FILES = {"svcwrap.exe", "LICENSE.txt", "README.md", "CHANGELOG.md", "reference.toml", "THIRD-PARTY-NOTICES.txt"}


def sums(release):
    lines = (release.out / "SHA256SUMS").read_text().splitlines()
    expect_equal({line.split("  ")[1] for line in lines}, {release.msi.name, release.zip.name}, "the files in SHA256SUMS")
    result = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=release.out, capture_output=True, check=False)
    expect_equal(result.returncode, 0, "the exit code of sha256sum --check")


def zip_contents(release):
    with zipfile.ZipFile(release.zip) as archive:
        expect(archive.testzip() is None, "the zip is damaged")
        names = {name.removeprefix(release.zip.stem + "/") for name in archive.namelist()}
        expect_equal(names, FILES, "the files in the zip")
        expect_equal(len({entry.date_time for entry in archive.infolist()}), 1, "the number of different times")
        exe = archive.read(f"{release.zip.stem}/svcwrap.exe")
    expect_equal(hashlib.sha256(exe).hexdigest(), release.sum_of(release.exe), "the sum of svcwrap.exe in the zip")


def msi_tables(release):
    expect_equal(release.property("ProductVersion"), release.version, "ProductVersion")
    expect_equal(release.property("ALLUSERS"), "1", "ALLUSERS")
    expect_equal(release.property("MSIRESTARTMANAGERCONTROL"), "Disable", "MSIRESTARTMANAGERCONTROL")
    expect_equal(release.property("REBOOT"), "ReallySuppress", "REBOOT")
    files = {row["FileName"].split("|")[-1]: row for row in release.table("File")}
    expect_equal(set(files), FILES, "the files in the MSI")
    # A file without a version would never replace one that has it.
    expect_equal(files["svcwrap.exe"]["Version"], release.version + ".0", "the version of svcwrap.exe in the File table")
    hashed = {row["File_"] for row in release.table("MsiFileHash")}
    expect("svcwrap.exe" not in hashed and len(hashed) == len(FILES) - 1, f"hashes of {hashed}")


def msi_64_bit(release):
    summary = subprocess.run(["msiinfo", "suminfo", release.msi], capture_output=True, text=True, check=True).stdout
    expect("Template: x64;1033" in summary, "the template is not x64")
    components = release.table("Component")
    expect(all(int(row["Attributes"]) & 256 for row in components), "a component is not 64-bit")
    expect_equal(len({row["ComponentId"] for row in components}), len(components), "the number of component codes")


def msi_order(release):
    order = {row["Action"]: int(row["Sequence"]) for row in release.table("InstallExecuteSequence")}
    wanted = ["AppSearch", "keep_folder", "CostFinalize", "plan", "InstallInitialize", "refuse_while_used", "start_stopped",
              "stop_services", "remove_services", "set_exe_aside", "remove_last_set_asides", "InstallExecute", "RemoveFiles", "InstallFiles",
              "set_exe_aside_again", "PublishProduct", "restart_services", "InstallExecuteAgain", "RemoveExistingProducts",
              "remove_set_asides", "purge_data", "InstallFinalize"]
    expect_equal(sorted(wanted, key=order.get), wanted, "the order of the actions")
    conditions = {row["Action"]: row["Condition"] for row in release.table("InstallExecuteSequence")}
    own = [row["Action"] for row in release.table("CustomAction") if row["Source"] == "actions"]
    for action in own:
        # The second half of an upgrade is no removal.
        expect("NOT UPGRADINGPRODUCTCODE" in conditions[action], f"{action} would run in the second half of an upgrade")


def msi_path(release):
    rows = release.table("Environment")
    expect_equal([row["Component_"] for row in rows], ["exe"], "the components with an environment variable")
    # "=": set, "-": removed with the component, "*": of the machine. Wine removes it without "-" as well.
    name = rows[0]["Name"]
    expect_equal((set(name.removesuffix("PATH")), name[-4:]), (set("=-*"), "PATH"), "what is done with PATH")
    expect_equal(rows[0]["Value"], "[~];[INSTALLFOLDER]", "what is added to PATH")


def msi_actions(release):
    elevated, in_script = 0x800, 0x400
    for row in release.table("CustomAction"):
        kind = int(row["Type"])
        if row["Source"] != "actions" or row["Action"] == "plan":
            continue
        expect(kind & elevated and kind & in_script, f"{row['Action']} is of type {kind}: not deferred, or not as SYSTEM")
    # Whoever may repair may set these: a user who is no administrator must not choose a folder, or restart services.
    expect_equal(release.property("SecureCustomProperties"), "OLDERVERSION;NEWERVERSION;OTHERPROCESSOR",
                 "SecureCustomProperties")


def upgrade_codes(release, newer):
    expect_equal(release.property("UpgradeCode"), newer.property("UpgradeCode"), "the upgrade code of the newer version")
    expect(release.property("ProductCode") != newer.property("ProductCode"), "two versions have one product code")
    older, newer_one = ({row["Component"]: row["ComponentId"] for row in one.table("Component")} for one in (release, newer))
    # What both have stays in place when the older one is removed at the end of an upgrade.
    expect_equal(older, newer_one, "the component codes of the newer version")


def resources(path):
    """(type, name) -> bytes of a program's resources."""
    data = path.read_bytes()
    pe = struct.unpack_from("<I", data, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", data, pe + 6)[0], struct.unpack_from("<H", data, pe + 20)[0]
    root_rva = struct.unpack_from("<I", data, pe + 24 + 112 + 2 * 8)[0]
    for index in range(sections):
        at = pe + 24 + optional + 40 * index
        size, rva, _, raw = struct.unpack_from("<IIII", data, at + 8)
        if rva <= root_rva < rva + size:
            delta = raw - rva
    found = {}

    def walk(at, path):
        names, ids = struct.unpack_from("<HH", data, at + 12)
        for entry in range(names + ids):
            name, offset = struct.unpack_from("<II", data, at + 16 + 8 * entry)
            target = root_rva + delta + (offset & 0x7FFFFFFF)
            if offset & 0x80000000:
                walk(target, path + (name,))
            else:
                rva, size = struct.unpack_from("<II", data, target)
                found[path[:2]] = data[rva + delta:rva + delta + size]

    walk(root_rva + delta, ())
    return found


def version_resource(release):
    text = resources(release.exe)[16, 1].decode("utf-16-le", "replace")
    for name in ("CompanyName", "FileDescription", "FileVersion", "InternalName", "LegalCopyright", "OriginalFilename",
                 "ProductName", "ProductVersion"):
        expect(name in text, f"the version resource has no {name}")


def icon(release):
    found = resources(release.exe)
    group = next((data for (kind, _), data in found.items() if kind == 14), None)
    expect(group is not None, "svcwrap.exe has no icon")
    count = struct.unpack_from("<H", group, 4)[0]
    sizes = {group[6 + 14 * index] for index in range(count)}
    expect({16, 32, 48, 0} <= sizes, f"the icon has only the sizes {sizes}")


def manifest(release):
    data = resources(release.exe)[24, 1].decode("utf-8")
    root = xml.fromstring(data)
    identity = root.find("{urn:schemas-microsoft-com:asm.v1}assemblyIdentity")
    expect_equal(identity.get("version"), release.built_version + ".0", "the version in the manifest")
    expect('level="asInvoker"' in data, "not asInvoker")
    expect("{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}" in data, "Windows 10 is not among the supported systems")
    texts = {element.tag.split("}")[1]: element.text for element in root.iter() if element.text}
    expect_equal(texts.get("longPathAware"), "true", "longPathAware")
    expect_equal(texts.get("activeCodePage"), "UTF-8", "activeCodePage")


CASES = {
    "SHA256SUMS names both packages and is right": sums,
    "the zip has the program and its texts, all of one time": zip_contents,
    "the MSI has the same files, and the version that decides about replacing": msi_tables,
    "the MSI is for 64-bit Windows": msi_64_bit,
    "the actions of the MSI are in their order, and none runs in the second half of an upgrade": msi_order,
    "the folder is added to the machine's PATH, and taken out of it with the program": msi_path,
    "what changes the machine runs as SYSTEM, and obeys administrators alone": msi_actions,
    "svcwrap.exe: the version resource is complete": version_resource,
    "svcwrap.exe: it has an icon in all sizes": icon,
    "svcwrap.exe: the manifest has its version, long paths and UTF-8": manifest,
}
