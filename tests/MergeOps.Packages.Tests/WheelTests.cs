using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Distributions;
using MergeOps.Runtime.Natives;
using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The wheel of this system, as whoever releases makes it.</summary>
public sealed partial class WheelTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Installed_by_pip_without_a_network_it_merges_with_the_torch_beside_it_as_the_repository_does()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        using var machine = new UserMachine();
        var python = new PythonEnvironment(machine);
        var wheel = PackedFeed.Release is { } release ? Assert.Single(Directory.EnumerateFiles(release, "*.whl")) : MakeWheel();
        AssertRecordIsTrue(wheel);
        AssertOldSystemsLoadIt(wheel);
        AssertEveryPackageHasItsLicense(wheel);

        python.Install(wheel);
        var mergeops = python.Program("mergeops");

        Assert.StartsWith(PythonVersion.Of(machine.Succeed(mergeops, "--version").Output.Split('+')[0]), Path.GetFileName(wheel)["mergeops-".Length..], StringComparison.Ordinal);
        AssertMergesNothing(machine.Run(mergeops, "merge", "recipes/quickstart.yml", "--out", "out/none"), "`pip install \"mergeops[torch]\"` installs one");
        python.InstallTorch("2.15.0+cu130");
        AssertMergesNothing(machine.Run(mergeops, "merge", "recipes/quickstart.yml", "--out", "out/none"), "is 2.15.0+cu130; the bridge is built for 2.10");
        python.InstallTorch("2.10.0+cpu");
        Assert.Equal(RepositoryProgram.Quickstart, machine.Quickstart(mergeops));
        Assert.Equal(machine.Succeed(mergeops, "--version").Output, machine.Succeed(python.Python, "-m", "mergeops", "--version").Output);
    }

    [Fact]
    public void The_archive_of_a_release_merges_without_anything_else()
    {
        Assert.SkipWhen(PackedFeed.Release is null, "an archive with libtorch is made for releases alone");
        using var machine = new UserMachine();
        machine.Set("DOTNET_ROOT", folder["none"]);
        var platform = Platform.OfThisProcess();
        var archive = Assert.Single(Directory.EnumerateFiles(PackedFeed.Release, $"mergeops-*-{platform.Rid}.*"));

        machine.Succeed("tar", "-xf", archive);

        Assert.Equal(RepositoryProgram.Quickstart, machine.Quickstart(machine[$"{Archive.NameOf(archive)}/mergeops{platform.ProgramSuffix}"]));
    }

    [Fact]
    public void The_same_files_give_the_same_bytes_whenever_and_by_whomever_they_were_made()
    {
        var (first, second) = (Program("first"), Program("second"));
        File.SetLastWriteTimeUtc(Path.Combine(second.Folder, "MergeOps.Cli.dll"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(second.Folder, "MergeOps.Cli.dll"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string[] Make(PublishedProgram program) => [Wheel.Write(program, program.Folder + "-made", Time, repository: null), Archive.Write(program, program.Folder + "-made", Time)];

        Assert.All(Make(first).Zip(Make(second)), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
    }

    [Fact]
    public void An_archive_unpacks_to_one_folder_with_the_program_under_its_own_name()
    {
        var program = Program("program");
        var archive = Archive.Write(program, program.Folder + "-made", Time);
        var name = $"mergeops-{program.Version}-{program.Platform.Rid}";
        var unpack = Commands.Run("tar", ["-xf", archive], folder.Path);
        Assert.True(unpack.ExitCode == 0, unpack.ToString());

        Assert.Equal(name + (OperatingSystem.IsWindows() ? ".zip" : ".tar.gz"), Path.GetFileName(archive));
        Assert.Equal(
            new[] { program.Command, "LICENSE", "MergeOps.Cli.dll", "README.md" }.Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(folder[name]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Path.Combine(folder[name], program.Command)).HasFlag(UnixFileMode.UserExecute));
        }
    }

    private string MakeWheel()
    {
        PublishedProgram program;
        lock (RepositoryProgram.Building)
        {
            program = PublishedProgram.Make(Repository.Root, folder["published"], Platform.OfThisProcess(), withLibTorch: false);
        }

        return Wheel.Write(program, folder.Path, Time, repository: null);
    }

    private static void AssertMergesNothing(Finished merge, string advice)
    {
        Assert.Equal(3, merge.ExitCode);
        Assert.Contains("error MOPS501: libtorch cannot be loaded.", merge.Error, StringComparison.Ordinal);
        Assert.Contains(advice, merge.Error, StringComparison.Ordinal);
    }

    // pip trusts what RECORD says; others compare
    private static void AssertRecordIsTrue(string wheel)
    {
        using var zip = ZipFile.OpenRead(wheel);
        var record = zip.Entries.Single(entry => entry.Name == "RECORD");
        var lines = Encoding.UTF8.GetString(Content(record)).TrimEnd('\n').Split('\n');

        Assert.Equal(
            lines,
            from entry in zip.Entries
            let digest = Convert.ToBase64String(SHA256.HashData(Content(entry))).TrimEnd('=').Replace('+', '-').Replace('/', '_')
            select entry == record ? $"{entry.FullName},," : $"{entry.FullName},sha256={digest},{entry.Length}");
    }

    // what the program says of its own parts stands in its deps.json
    private static void AssertEveryPackageHasItsLicense(string wheel)
    {
        using var zip = ZipFile.OpenRead(wheel);
        var dependencies = JsonNode.Parse(Content(zip.Entries.Single(entry => entry.Name == "MergeOps.Cli.deps.json")))!;
        var files = zip.Entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        List<string> packages =
        [
            .. from target in dependencies["targets"]!.AsObject()
               from library in target.Value!.AsObject()
               let kind = (string?)dependencies["libraries"]![library.Key]!["type"]
               where kind is "package" or "runtimepack"
               where new[] { "runtime", "native" }.Any(kind => library.Value![kind]?.AsObject().Any(file => files.Contains(file.Key.Split('/')[^1])) == true)
               select kind is "runtimepack" ? library.Key["runtimepack.".Length..] : library.Key,
        ];
        var texts = zip.Entries.Where(entry => entry.FullName.Contains("/program/licenses/", StringComparison.Ordinal))
            .ToLookup(entry => entry.FullName.Split("/program/licenses/")[1].Split('/')[0], entry => (entry.Name, Text: Encoding.UTF8.GetString(Content(entry))), StringComparer.OrdinalIgnoreCase);
        var notice = Assert.Single(texts["NOTICE.txt"]).Text;

        Assert.Contains(packages, package => package.StartsWith("Microsoft.NETCore.App.Runtime.", StringComparison.Ordinal));
        Assert.All(packages, package =>
        {
            Assert.Contains($"\n{package.Replace('/', ' ')} | ", notice, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(texts[package.Split('/')[0]], file => file.Name.Contains("license", StringComparison.OrdinalIgnoreCase)
                && (file.Text.Contains("Permission is hereby granted", StringComparison.Ordinal) || file.Text.Contains("Redistribution and use in source and binary forms", StringComparison.Ordinal)));
        });
        // one that carries no file: the holder is the one that its metadata names
        Assert.StartsWith("MIT\n\nCopyright GitHub 2017\n\nPermission is hereby granted", Assert.Single(texts["Octokit"]).Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    // the tag promises a version of the C library, which each file may ask for
    private static void AssertOldSystemsLoadIt(string wheel)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var zip = ZipFile.OpenRead(wheel);
        var needs =
            from entry in zip.Entries
            let bytes = Content(entry)
            where bytes.AsSpan().StartsWith("\x7f"u8 + "ELF"u8)
            from Match need in GlibcVersion().Matches(Encoding.Latin1.GetString(bytes))
            select int.Parse(need.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Contains($"manylinux_2_{needs.Max()}_", Path.GetFileName(wheel), StringComparison.Ordinal);
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    // the smallest folder that looks like a published program
    private PublishedProgram Program(string name)
    {
        var platform = Platform.OfThisProcess();
        Directory.CreateDirectory(folder[name + "-made"]);
        foreach (var file in (string[])["MergeOps.Cli.dll", "MergeOps.Cli" + platform.ProgramSuffix])
        {
            folder.Write($"{name}/{file}", File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file)));
        }

        return new(folder[name], platform);
    }

    [GeneratedRegex(@"GLIBC_2\.(\d+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex GlibcVersion();
}
