using MergeOps.Architectures;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Architectures;

public sealed class CompanionFilesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Tokenizers_settings_and_subfolders_travel_and_weights_and_code_do_not()
    {
        foreach (var name in new[]
        {
            "tokenizer.json", "generation_config.json", "1_Pooling/config.json", "vocab.txt", "LICENSE",
            "config.json", "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "modeling_x.py", "README.md", ".gitattributes",
        })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.FullName, name))!);
            File.WriteAllText(Path.Combine(folder.FullName, name), "{}");
        }

        Assert.Equal(
            ["1_Pooling/config.json", "LICENSE", "generation_config.json", "tokenizer.json", "vocab.txt"],
            CompanionFiles.In(folder.FullName));
    }

    [Fact]
    public void A_companion_that_is_a_link_out_of_the_folder_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "vocab.txt"), "/etc/hostname");
        var refused = Assert.Throws<MergeOpsException>(() => CompanionFiles.In(folder.FullName));
        Assert.Equal(Codes.LinkRefused, refused.Diagnostic.Code);
    }
}
