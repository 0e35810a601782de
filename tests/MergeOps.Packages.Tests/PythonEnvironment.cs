using System.ComponentModel;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>A new virtual environment of Python on a user's machine, which reaches no package index.</summary>
internal sealed class PythonEnvironment
{
    private static readonly string Folder = OperatingSystem.IsWindows() ? "Scripts" : "bin";
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    private readonly UserMachine machine;

    /// <summary>Makes it; skips the test where Python is not.</summary>
    public PythonEnvironment(UserMachine machine)
    {
        this.machine = machine;
        // pip takes no settings of whoever runs these tests
        machine.Set("PIP_CONFIG_FILE", OperatingSystem.IsWindows() ? "nul" : "/dev/null");
        machine.Set("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        machine.Set("PYTHONPATH", null);
        try
        {
            // the system's Python may lack what makes environments; a release is not tested without it
            var made = machine.Run(OperatingSystem.IsWindows() ? "python" : "python3", "-m", "venv", "environment");
            Assert.SkipWhen(made.ExitCode != 0 && PackedFeed.Release is null, $"Python makes no environment: {made}");
            Assert.True(made.ExitCode == 0, made.ToString());
        }
        catch (Win32Exception absent)
        {
            Assert.Skip($"Python: {absent.Message}");
        }
    }

    /// <summary>The environment's own Python.</summary>
    public string Python => Program("python");

    /// <summary>Where packages are.</summary>
    public string Packages => machine.Succeed(Python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))").Output.Trim();

    /// <summary>A program that a package brought.</summary>
    public string Program(string name) => machine[Path.Combine("environment", Folder, name + Suffix)];

    /// <summary>Installs a wheel and nothing else.</summary>
    public void Install(string wheel) => machine.Succeed(Python, "-m", "pip", "install", "--no-index", "--quiet", wheel);

    /// <summary>Puts libtorch where a torch of this version has it; whoever imports that torch fails.</summary>
    public void InstallTorch(string version)
    {
        var torch = Path.Combine(Packages, "torch");
        Directory.CreateDirectory(Path.Combine(torch, "lib"));
        File.WriteAllText(Path.Combine(torch, "__init__.py"), "raise ImportError('it takes seconds to import')\n");
        File.WriteAllText(Path.Combine(torch, "version.py"), $"__version__ = '{version}'\n");
        foreach (var library in Directory.EnumerateFiles(RepositoryProgram.Natives).Where(IsOfTorch))
        {
            var installed = Path.Combine(torch, "lib", Path.GetFileName(library));
            if (!File.Exists(installed))
            {
                DurableFile.LinkOrCopy(library, installed);
            }
        }
    }

    // the bridge is a part of this project's packages
    private static bool IsOfTorch(string library) => Path.GetFileName(library) != NativePackage.FileName("LibTorchSharp");
}
