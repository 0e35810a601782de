using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class ModelFolderTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        using var elsewhere = new TemporaryFolder();
        File.CreateSymbolicLink(folder[Weights], elsewhere.Write("x.safetensors", [1]));

        AssertRefused(folder.Path, Weights);
    }

    [Fact]
    public void A_folder_that_is_a_link_out_of_the_model_is_refused()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("x.safetensors", [1]);
        Directory.CreateSymbolicLink(folder["sub"], elsewhere.Path);

        AssertRefused(folder.Path, "sub/x.safetensors");
    }

    [Fact]
    public void A_link_to_itself_is_refused()
    {
        File.CreateSymbolicLink(folder[Weights], Weights);

        AssertRefused(folder.Path, Weights);
    }

    [Fact]
    public void A_link_inside_the_folder_is_followed()
    {
        folder.Write("store/x.safetensors", [1]);
        File.CreateSymbolicLink(folder[Weights], Path.Combine("store", "x.safetensors"));

        Assert.Equal([1], File.ReadAllBytes(new ModelFolder(folder.Path).Locate(Weights)));
    }

    [Fact]
    public void A_snapshot_of_the_hugging_face_cache_leads_to_its_blobs()
    {
        folder.Write("models--o--n/blobs/abc", [1]);
        var snapshot = Directory.CreateDirectory(folder["models--o--n/snapshots/123"]).FullName;
        File.CreateSymbolicLink(Path.Combine(snapshot, Weights), "../../blobs/abc");

        Assert.Equal([1], File.ReadAllBytes(new ModelFolder(snapshot).Locate(Weights)));
    }

    [Fact]
    public void Only_a_snapshot_may_lead_to_blobs()
    {
        folder.Write("blobs/abc", [1]);
        var model = Directory.CreateDirectory(folder["models/123"]).FullName;
        File.CreateSymbolicLink(Path.Combine(model, Weights), "../../blobs/abc");

        AssertRefused(model, Weights);
    }

    private static void AssertRefused(string folder, string file) => Assert.Equal(
        Codes.LinkRefused,
        Assert.Throws<MergeOpsException>(() => new ModelFolder(folder).Locate(file)).Diagnostic.Code);
}
