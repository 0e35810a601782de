using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Publishing;

public sealed class PublicationVerifierTests : IDisposable
{
    private readonly MergedModel model = new();
    private readonly string folder;

    public PublicationVerifierTests()
    {
        model.Merge();
        folder = model.Publish("version: 1.0.0\n").Place;
    }

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("README.md")]
    [InlineData("mergeops.yml")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("evaluation.json")]
    public void One_flipped_bit_in_any_file_is_found_and_named(string file)
    {
        Flip(file);

        var finding = Assert.Single(Verify().Findings);

        Assert.Equal((Codes.ContentChanged, Path.Combine(folder, file)), (finding.Code, finding.Span?.Path));
    }

    [Fact]
    public void A_flipped_bit_in_the_weights_is_found_by_file_and_by_tensor()
    {
        // The shard may be one file with the merged model's: a copy takes its place first.
        var bytes = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), bytes);
        Flip("model.safetensors");

        Assert.Equal([Codes.ContentChanged, Codes.ContentChanged], Verify().Findings.Select(f => f.Code));
    }

    [Fact]
    public void A_missing_file_is_found()
    {
        File.Delete(Path.Combine(folder, "config.json"));

        Assert.Equal(Codes.ContentMissing, Assert.Single(Verify().Findings).Code);
    }

    [Fact]
    public void Missing_weights_are_found_without_hiding_the_rest()
    {
        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.Delete(Path.Combine(folder, "config.json"));

        Assert.Equal(
            [Codes.ModelNotFound, Codes.ContentMissing, Codes.ContentMissing],
            Verify().Findings.Select(f => f.Code));
    }

    [Fact]
    public void A_file_that_nobody_recorded_is_found()
    {
        File.WriteAllText(Path.Combine(folder, "1_Pooling", "modeling_x.py"), "print()");
        Directory.CreateDirectory(Path.Combine(folder, ".git"));
        File.WriteAllText(Path.Combine(folder, ".git", "HEAD"), "ref");

        var finding = Assert.Single(Verify().Findings);

        Assert.Equal((Codes.ContentUnknown, Severity.Error), (finding.Code, finding.Severity));
        Assert.EndsWith("modeling_x.py", finding.Span?.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_file_is_missing_under_one_name_and_unknown_under_the_other()
    {
        File.Move(Path.Combine(folder, "config.json"), Path.Combine(folder, "config2.json"));

        Assert.Equal([Codes.ContentMissing, Codes.ContentUnknown], Verify().Findings.Select(f => f.Code));
    }

    [Fact]
    public void A_link_to_elsewhere_is_no_published_file()
    {
        File.Delete(Path.Combine(folder, "config.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "config.json"), model.Folder["merged/config.json"]);

        Assert.Equal(Codes.LinkRefused, Assert.Single(Verify().Findings).Code);
    }

    [Theory]
    [InlineData("\"config.json\"", "\"../../merged/config.json\"")]
    [InlineData("\"config.json\": {", "\"config.js\": null, \"config.json\": {")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"version\": 1", "\"version\": 1, \"version\": 1")]
    [InlineData("\"name\"", "\"nom\"")]
    [InlineData("{", "[")]
    public void A_list_of_files_that_is_not_ours_is_refused(string ours, string theirs)
    {
        var path = Path.Combine(folder, PublicationManifest.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace(ours, theirs, StringComparison.Ordinal));

        var failure = Assert.Throws<MergeOpsException>(Verify);

        Assert.Equal(Codes.PublicationUnreadable, failure.Diagnostic.Code);
    }

    [Fact]
    public void A_companion_that_was_changed_together_with_the_list_of_files_still_differs_from_what_the_merge_wrote()
    {
        var before = FileDigests.Sha256(Path.Combine(folder, "1_Pooling/config.json"), TestContext.Current.CancellationToken);
        Flip("1_Pooling/config.json");
        Rewrite(before, FileDigests.Sha256(Path.Combine(folder, "1_Pooling/config.json"), TestContext.Current.CancellationToken));

        Assert.Equal(
            [(Codes.ContentChanged, Path.Combine(folder, "1_Pooling/config.json")), (Codes.ContentChanged, Path.Combine(folder, BuildProvenance.FileName))],
            Verify().Findings.Select(finding => (finding.Code, finding.Span!.Value.Path)));
    }

    [Fact]
    public void A_companion_that_was_taken_out_of_the_list_of_files_too_is_missing()
    {
        File.Delete(Path.Combine(folder, "config.json"));
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, PublicationManifest.FileName)))!;
        list["files"]!.AsObject().Remove("config.json");
        File.WriteAllText(Path.Combine(folder, PublicationManifest.FileName), list.ToJsonString());

        Assert.Equal([Codes.ContentMissing, Codes.ContentChanged], Verify().Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("modelDigest")]
    [InlineData("planDigest")]
    [InlineData("name")]
    public void A_list_of_files_that_speaks_of_another_model_is_found(string key)
    {
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, PublicationManifest.FileName)))!;
        list[key] = "another";
        File.WriteAllText(Path.Combine(folder, PublicationManifest.FileName), list.ToJsonString());

        var finding = Assert.Single(Verify().Findings);

        Assert.Equal((Codes.ContentChanged, Path.Combine(folder, PublicationManifest.FileName)), (finding.Code, finding.Span?.Path));
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("sub/../../config.json")]
    public void A_list_of_files_does_not_lead_out_of_the_folder(string path)
    {
        File.Copy(Path.Combine(folder, "config.json"), Path.Combine(folder, "..", "config.json"));
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, PublicationManifest.FileName)))!;
        list["files"]![path] = list["files"]!["config.json"]!.DeepClone();
        File.WriteAllText(Path.Combine(folder, PublicationManifest.FileName), list.ToJsonString());

        var refused = Assert.Throws<MergeOpsException>(Verify);

        Assert.Equal(Codes.PublicationUnreadable, refused.Diagnostic.Code);
        Assert.Contains($"'{path}'", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merged_model_is_verified_by_its_own_manifest()
    {
        File.WriteAllText(model.Folder["merged/notes.txt"], "mine");

        var report = PublicationVerifier.Verify(model.Path, cancellation: TestContext.Current.CancellationToken);

        Assert.True(report.IsIntact);
        Assert.Equal((3, 2), (report.Files, report.Tensors));
        Assert.Equal((Codes.ContentUnknown, Severity.Warning), (Assert.Single(report.Findings).Code, report.Findings[0].Severity));
    }

    [Fact]
    public void A_folder_without_a_model_of_ours_is_refused() =>
        Assert.Equal(
            Codes.NotAMergedModel,
            Assert.Throws<MergeOpsException>(() => PublicationVerifier.Verify(model.Root, cancellation: TestContext.Current.CancellationToken)).Diagnostic.Code);

    [Fact]
    public void Of_the_place_of_a_publication_a_version_is_named()
    {
        var place = Path.GetDirectoryName(folder)!;

        var refusal = Assert.Throws<MergeOpsException>(() => PublicationVerifier.Verify(place, cancellation: TestContext.Current.CancellationToken)).Diagnostic;

        Assert.Equal(Codes.NotAMergedModel, refusal.Code);
        Assert.Contains($"Did you mean '{folder.Replace('\\', '/')}'?", refusal.Detail, StringComparison.Ordinal);
    }

    private VerificationReport Verify() => PublicationVerifier.Verify(folder, cancellation: TestContext.Current.CancellationToken);

    private void Rewrite(string before, string after)
    {
        var path = Path.Combine(folder, PublicationManifest.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace(before, after, StringComparison.Ordinal));
    }

    private void Flip(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, file));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(folder, file), bytes);
    }
}
