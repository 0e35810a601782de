using MergeOps.Merging.Writing;
using Xunit;

namespace MergeOps.Tests.Merging.Writing;

public sealed class PartialOutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_resume_keeps_may_lie_in_the_folder_of_a_module_and_all_else_goes()
    {
        using var partial = PartialOutput.Open(folder["partial"]);
        foreach (var file in new[] { "model.safetensors", "2_Dense/model.safetensors", "2_Dense/.model.safetensors.1.tmp", "3_Dense/config.json", "old/deeper/model.safetensors" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(partial.Model, file))!);
            File.WriteAllText(Path.Combine(partial.Model, file), file);
        }

        partial.KeepOnly(["model.safetensors", "2_Dense/model.safetensors"]);

        Assert.Equal(
            ["2_Dense", "2_Dense/model.safetensors", "model.safetensors"],
            Directory.EnumerateFileSystemEntries(partial.Model, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(partial.Model, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }
}
