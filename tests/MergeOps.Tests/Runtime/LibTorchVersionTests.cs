using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Tests.Runtime;

/// <summary>An installed PyTorch of another version is refused by name before anything of it is loaded.</summary>
public sealed class LibTorchVersionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("version.py", "from typing import Optional\n\n__all__ = ['__version__', 'debug', 'cuda']\n__version__ = '2.14.0+cu128'\ndebug = False\n", "2.14.0+cu128")]
    [InlineData("version.py", "__version__ = \"2.1.0\"\n", "2.1.0")]
    [InlineData("build-version", "2.6.0+cpu\n", "2.6.0+cpu")]
    public void Another_version_is_refused_with_what_to_install(string file, string text, string version)
    {
        Install(file, text);

        var refused = Assert.Throws<MergeOpsException>(() => Find("torch/lib"));

        Assert.Equal("MOPS501", refused.Diagnostic.Code.Id);
        Assert.Contains($"libtorch {version}; the bridge is built for 2.10", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains($"`pip install torch=={NativePackage.Version}`", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version.py", "__version__ = '2.10.1+cu128'\n")]
    [InlineData("build-version", "2.10.0\n")]
    [InlineData("LICENSE", "2.6.0\n")]
    public void That_of_the_bridge_is_taken_and_one_that_says_nothing(string file, string text)
    {
        Install(file, text);

        Assert.Equal(folder["torch/lib"], Find("torch/lib").Folder);
        Assert.Equal(folder["torch/lib"], Find("torch").Folder);
    }

    [Fact]
    public void The_torch_of_a_Python_environment_is_taken_where_its_version_is_that_of_the_bridge()
    {
        Install("version.py", "__version__ = '2.10.0+cpu'\n");

        Assert.Equal(new LibTorchLocation(folder["torch/lib"], "Python environment"), FindInPython());
    }

    [Fact]
    public void Another_one_there_is_passed_over_for_what_was_installed()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        Install("version.py", "__version__ = '2.15.0+cu130'\n");
        var installed = NativePackage.ForThisSystem(cuda: false)!.FolderIn(TestEnvironment.WithHome(folder["home"]).Home);
        Directory.CreateDirectory(installed);
        File.WriteAllBytes(Path.Combine(installed, NativePackage.FileName("torch")), []);

        Assert.Equal(new LibTorchLocation(installed, "mergeops torch install"), FindInPython());
    }

    [Fact]
    public void With_nothing_else_another_one_there_is_refused_by_its_version()
    {
        Install("version.py", "__version__ = '2.15.0+cu130'\n");

        var refused = Assert.Throws<MergeOpsException>(FindInPython);

        Assert.Contains($"The Python environment's own in {folder["torch/lib"]} is 2.15.0+cu130; the bridge is built for 2.10", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains("`pip install \"mergeops[torch]\"` in an environment of its own", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_without_torch_is_told_how_to_get_one()
    {
        var refused = Assert.Throws<MergeOpsException>(FindInPython);

        Assert.Contains("`pip install \"mergeops[torch]\"` installs one into this Python environment", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    private LibTorchLocation FindInPython() => LibTorchLocation.Find(
        TestEnvironment.WithHome(folder["home"]).With(("MERGEOPS_PYTHON_TORCH", folder["torch"])), applicationFolders: []);

    private LibTorchLocation Find(string place) => LibTorchLocation.Find(TestEnvironment.WithHome(folder["home"]).With(("MERGEOPS_LIBTORCH", folder[place])));

    private void Install(string file, string text)
    {
        Directory.CreateDirectory(folder["torch/lib"]);
        folder.Write($"torch/lib/{NativePackage.FileName("torch")}", []);
        folder.Write($"torch/{file}", Encoding.UTF8.GetBytes(text));
    }
}
