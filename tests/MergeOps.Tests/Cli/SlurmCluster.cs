using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A whole Slurm on the loopback: munged, slurmctld and slurmd of this machine with a folder of their own.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo"];

    private readonly string folder;
    private readonly List<Process> daemons = [];

    private SlurmCluster(string folder) => this.folder = folder;

    /// <summary>Starts one, or skips the test where that cannot be.</summary>
    /// <param name="folder">An empty folder.</param>
    public static SlurmCluster Start(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.SkipUnless(Environment.UserName == "root", "needs root, as slurmd does");
        var missing = Programs.Where(program => Find(program) is null).ToList();
        Assert.SkipUnless(missing.Count == 0, $"needs {string.Join(", ", missing)} (Debian: slurmctld slurmd slurm-client munge)");
        var cluster = new SlurmCluster(folder);
        try
        {
            cluster.Start();
        }
        catch
        {
            cluster.Dispose();
            throw;
        }

        return cluster;
    }

    /// <summary>An environment whose programs speak with this cluster.</summary>
    public HostEnvironment In(HostEnvironment environment) => environment.With(("SLURM_CONF", Configuration));

    /// <summary>Runs a program to its end.</summary>
    public static CommandLineRun Run(HostEnvironment environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        environment.GiveTo(start);
        return ChildProcess.Finish(Process.Start(start)!);
    }

    /// <summary>Waits until no job is left.</summary>
    public async Task UntilIdleAsync(CancellationToken cancellation)
    {
        while (Run(In(TestEnvironment.OfThisProcess), "squeue", "--noheader") is not { ExitCode: 0, Output: "" })
        {
            await Task.Delay(500, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }
    }

    private string Configuration => Path.Combine(folder, "slurm.conf");

    private void Start()
    {
        foreach (var name in new[] { "state", "spool", "log" })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var key = Path.Combine(folder, "munge.key");
        File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var socket = Path.Combine(folder, "munge.sock");
        File.WriteAllText(Configuration, $"""
            ClusterName=test
            SlurmctldHost={Host}(127.0.0.1)
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={socket},cred_expire=5
            StateSaveLocation={folder}/state
            SlurmdSpoolDir={folder}/spool
            SlurmctldPidFile={folder}/ctld.pid
            SlurmdPidFile={folder}/d.pid
            SlurmctldLogFile={folder}/log/ctld
            SlurmdLogFile={folder}/log/d
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            ReturnToService=2
            MpiDefault=none
            SchedulerParameters=batch_sched_delay=0,sched_interval=2
            NodeName={Host} NodeAddr=127.0.0.1 CPUs={Environment.ProcessorCount} RealMemory=8000 State=UNKNOWN
            PartitionName=p Nodes={Host} Default=YES MaxTime=INFINITE State=UP

            """);
        Begin("munged", "--foreground", "--force", $"--key-file={key}", $"--socket={socket}", $"--pid-file={folder}/munged.pid", $"--log-file={folder}/log/munged", $"--seed-file={folder}/munge.seed");
        Until(() => File.Exists(socket));
        Begin("slurmctld", "-D");
        Begin("slurmd", "-D");
        Until(() => Run(In(TestEnvironment.OfThisProcess), "sinfo", "--noheader", "--format=%t").Output.Trim() == "idle");
    }

    private static string Host => Environment.MachineName.Split('.')[0];

    private void Begin(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        In(TestEnvironment.OfThisProcess).GiveTo(start);
        var daemon = Process.Start(start)!;
        daemon.OutputDataReceived += (_, _) => { };
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        daemons.Add(daemon);
    }

    private void Until(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.True(daemons.TrueForAll(daemon => !daemon.HasExited), $"a part of Slurm has ended; see {folder}/log");
            Thread.Sleep(100);
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
