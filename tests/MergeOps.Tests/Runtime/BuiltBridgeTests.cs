using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Runtime;

/// <summary>The bridge to an installed PyTorch, built by the real CMake and compiler from small sources in the places of the real ones.</summary>
[UnsupportedOSPlatform("windows")]
[RunsAlone("starts programs")]
public sealed class BuiltBridgeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public BuiltBridgeTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        Write($"torch/lib/{NativePackage.FileName("torch")}", "");
        Write("torch/version.py", "__version__ = '2.14.1+cu130'\n");
        Write("torch/share/cmake/Torch/TorchConfig.cmake", "set(TORCH_LIBRARIES Torch::Headers)\nadd_library(Torch::Headers INTERFACE IMPORTED)\ntarget_include_directories(Torch::Headers INTERFACE ${CMAKE_CURRENT_LIST_DIR}/../../../include)\n");
        Write("torch/include/torch/torch.h", "#if __cplusplus < 202002L\n#error C++20 or later\n#endif\n#define TORCH_ANSWER 42\n");
        Write("sources/src/Native/LibTorchSharp/THSTensor.cpp", "#include <torch/torch.h>\nextern \"C\" __attribute__((visibility(\"default\"))) int answer()\n{\n    return TORCH_ANSWER;\n}\n\nbool THSTensor_has_names(Tensor tensor)\n{\n    return tensor->has_names();\n}\n");
        Write("sources/src/Native/LibTorchSharp/THSAutograd.cpp", "void deleteNode(CSharpNode* node) {\n    torch::autograd::deleteNode(node);\n}\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_sources_are_those_of_the_TorchSharp_in_use() =>
        Assert.Equal(TorchSharpSources.Version, typeof(torch).Assembly.GetName().Version!.ToString(3));

    [Fact]
    public async Task A_bridge_serves_exactly_the_libtorch_that_it_was_built_for()
    {
        SkipWithoutCompiler();

        var built = await BuildAsync();

        Assert.Equal("2.14.1+cu130", built.Version);
        var handle = NativeLibrary.Load(built.Path);
        Assert.Equal(42, Marshal.GetDelegateForFunctionPointer<Answer>(NativeLibrary.GetExport(handle, "answer"))());
        NativeLibrary.Free(handle);
        Assert.Equal(new LibTorchLocation(folder["torch/lib"], "MERGEOPS_LIBTORCH", built.Path), Find());
        Assert.Equal(built.Path, LibTorchLocation.Find(environment.With(("MERGEOPS_PYTHON_TORCH", folder["torch"])), applicationFolders: []).Bridge);
        Assert.Equal([Path.GetDirectoryName(built.Path)], Directory.EnumerateDirectories(folder["home/libtorch"]));

        Write("torch/version.py", "__version__ = '2.14.1+cpu'\n");
        Assert.Contains($"`mergeops torch build \"{folder["torch"]}\"`", Assert.Throws<MergeOpsException>(Find).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_that_do_not_compile_are_told_by_the_compilers_words_and_leave_nothing()
    {
        SkipWithoutCompiler();
        Write("sources/src/Native/LibTorchSharp/THSTorch.cpp", "#error no_such_interface\n");

        var refused = await Assert.ThrowsAsync<MergeOpsException>(BuildAsync);

        Assert.Equal("MOPS521", refused.Diagnostic.Code.Id);
        Assert.Contains("no_such_interface", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(folder["home/libtorch"]));
    }

    [Theory]
    [InlineData("torch/share", "was installed without what is needed to compile against it")]
    [InlineData("sources/src", "is not a checkout of TorchSharp")]
    public async Task What_is_missing_is_named_before_anything_starts(string missing, string told)
    {
        Directory.Delete(folder[missing], recursive: true);

        Assert.Contains(told, (await Assert.ThrowsAsync<MergeOpsException>(BuildAsync)).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_PyTorch_is_refused_before_anything_starts()
    {
        File.Delete(folder["torch/version.py"]);

        Assert.Contains("is not the folder of an installed PyTorch", (await Assert.ThrowsAsync<MergeOpsException>(BuildAsync)).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_the_programs_own_bridge_is_for_needs_no_build()
    {
        Write("torch/version.py", $"__version__ = '{NativePackage.Version}+rocm7.1'\n");

        Assert.Contains("needs no build", (await Assert.ThrowsAsync<MergeOpsException>(BuildAsync)).Diagnostic.Detail, StringComparison.Ordinal);
    }

    private Task<(string Path, string Version)> BuildAsync() =>
        BuiltBridge.BuildAsync(folder["torch"], folder["sources"], environment, _ => { }, TestContext.Current.CancellationToken);

    private LibTorchLocation Find() => LibTorchLocation.Find(environment.With(("MERGEOPS_LIBTORCH", folder["torch"])));

    private void Write(string path, string text) => folder.Write(path, Encoding.UTF8.GetBytes(text));

    private static void SkipWithoutCompiler() =>
        Assert.SkipUnless(ChildProcess.Shell("cmake --version && c++ --version").ExitCode == 0, "needs CMake and a compiler of C++");

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Answer();
}
