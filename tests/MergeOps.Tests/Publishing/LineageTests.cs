using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes.Validation;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;
using MergeOps.Tests.Recipes;
using NJsonSchema;
using Xunit;

namespace MergeOps.Tests.Publishing;

/// <summary>Where a published version comes from, and who signed it.</summary>
public sealed class LineageTests : IDisposable
{
    private readonly MergedModel model = new();
    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly EllipticKey signer;
    private readonly EllipticKey key;

    public LineageTests()
    {
        signer = EllipticKey.Private(pair.ExportPkcs8PrivateKeyPem(), "test");
        key = EllipticKey.Public(pair.ExportSubjectPublicKeyInfoPem(), "test");
        model.Merge();
    }

    public void Dispose()
    {
        model.Dispose();
        pair.Dispose();
        signer.Dispose();
        key.Dispose();
    }

    [Fact]
    public void The_provenance_names_every_pinned_file_of_every_parent()
    {
        var definition = Read(model.Publish().Place, BuildProvenance.FileName)["predicate"]!["buildDefinition"]!;

        var dependencies = definition["resolvedDependencies"]!.AsArray().Select(dependency => ((string)dependency!["name"]!, (string?)dependency["uri"], dependency["digest"]!.ToJsonString()));
        var commit = new string('e', 40);
        Assert.Equal(
            [
                ("./models/one/model.safetensors", null, $$"""{"sha256":"{{new string('a', 64)}}"}"""),
                ("./models/two/model.safetensors", null, $$"""{"sha256":"{{new string('b', 64)}}"}"""),
                ("org/three@v1/config.json", $"pkg:huggingface/org/three@{commit}#config.json", $$"""{"gitBlob":"{{new string('d', 40)}}"}"""),
                ("org/three@v1/model.safetensors", $"pkg:huggingface/org/three@{commit}#model.safetensors", $$"""{"sha256":"{{new string('c', 64)}}"}"""),
            ],
            dependencies);
        Assert.Equal("urn:mergeops:build:merge:v1", (string?)definition["buildType"]);
        Assert.Equal("mergeops.yml", (string?)definition["externalParameters"]!["recipe"]!["name"]);
    }

    [Fact]
    public void The_provenance_speaks_of_every_file_by_its_digest()
    {
        var place = model.Publish().Place;

        var subjects = Read(place, BuildProvenance.FileName)["subject"]!.AsArray();

        Assert.Equal(
            ["1_Pooling/config.json", "README.md", "config.json", "evaluation.json", "merge-manifest.json", "mergekit_config.yml", "mergeops.lock.yml", "mergeops.yml", "model.safetensors"],
            subjects.Select(subject => (string)subject!["name"]!));
        Assert.All(subjects, subject => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(place, (string)subject!["name"]!)))), (string?)subject["digest"]!["sha256"]));
    }

    [Fact]
    public async Task The_bill_of_materials_is_one_by_the_standards_schema()
    {
        var bill = Read(model.Publish().Place, BillOfMaterials.FileName);
        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Data", "ModelSigning", "cyclonedx-1.7.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(bill.ToJsonString()));
        Assert.Equal(["one", "two", "org/three"], bill["components"]!.AsArray().Select(parent => (string)parent!["name"]!));
        Assert.Equal(new string('a', 64), (string?)bill["components"]![0]!["components"]![0]!["hashes"]![0]!["content"]);
    }

    [Fact]
    public async Task The_provenance_is_a_statement_by_the_schema_of_its_standards()
    {
        var statement = Read(model.Publish().Place, BuildProvenance.FileName);
        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Data", "ModelSigning", "provenance-v1.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(statement.ToJsonString()));
        statement["predicate"]!["buildDefinition"]!.AsObject().Remove("externalParameters");
        Assert.NotEmpty(schema.Validate(statement.ToJsonString()));
    }

    [Fact]
    public void Parents_of_one_name_have_the_files_of_their_own_folders()
    {
        var content = model.Content();
        Directory.CreateDirectory(model.Folder["a/model"]);
        Directory.CreateDirectory(model.Folder["b/model"]);
        var (recipe, _) = RecipeReader.Read(
            model.Folder.Write("twins.yml", Encoding.UTF8.GetBytes("merge_method: linear\nmodels:\n  - { model: ./a/model, parameters: { weight: 1 } }\n  - { model: ./b/model, parameters: { weight: 1 } }\n")), RecipeText.Catalogue);
        var twins = new ModelLock(
        [
            new("./a/model", [new("model.safetensors", 3, new(DigestKind.Sha256, new string('a', 64)))]),
            new("./b/model", [new("model.safetensors", 3, new(DigestKind.Sha256, new string('b', 64)))]),
        ]);

        var bill = JsonNode.Parse(BillOfMaterials.Write(content with { Recipe = recipe! }, MergeManifest.Find(model.Path)!, PublicationVersion.First, twins, ImmutableSortedDictionary<string, string>.Empty))!;

        Assert.Equal(
            [("model", new string('a', 64)), ("model", new string('b', 64))],
            bill["components"]!.AsArray().Select(parent => ((string)parent!["name"]!, (string)parent["components"]![0]!["hashes"]![0]!["content"]!)));
    }

    [Fact]
    public void Two_machines_write_the_same_lineage()
    {
        var one = model.Publish().Place;
        using var other = new MergedModel();
        other.Merge();
        var two = other.Publish().Place;

        Assert.All(
            [BuildProvenance.FileName, BillOfMaterials.FileName, PublicationManifest.FileName],
            file => Assert.Equal(File.ReadAllText(Path.Combine(one, file)), File.ReadAllText(Path.Combine(two, file))));
    }

    [Fact]
    public void A_signed_version_is_verified_by_the_public_key()
    {
        var report = Verify(PublishSigned(), key);

        Assert.Empty(report.Findings);
        Assert.Equal(new SignatureVerdict(key.Hint, IsVerified: true), report.Signature);
    }

    [Fact]
    public void Without_a_key_the_signature_is_compared_with_the_files_and_not_taken_for_proof()
    {
        var report = Verify(PublishSigned(), null);

        Assert.Empty(report.Findings);
        Assert.Equal(new SignatureVerdict(key.Hint, IsVerified: null), report.Signature);
    }

    [Fact]
    public void Another_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = EllipticKey.Public(other.ExportSubjectPublicKeyInfoPem(), "stranger");

        var place = PublishSigned();
        var finding = Assert.Single(Verify(place, stranger).Findings);

        Assert.Equal((Codes.SignatureInvalid, Severity.Error), (finding.Code, finding.Severity));
        Assert.Contains(stranger.Hint, finding.Detail, StringComparison.Ordinal);
        Assert.False(Verify(place, stranger).Signature!.IsVerified);
    }

    [Fact]
    public void A_version_that_nobody_signed_is_refused_where_a_key_must_have() =>
        Assert.Equal(Codes.SignatureInvalid, Assert.Single(Verify(model.Publish().Place, key).Findings).Code);

    [Fact]
    public void A_file_that_was_changed_together_with_its_list_is_named()
    {
        var place = PublishSigned();
        Change(place, "config.json", "{ }\n");

        Assert.False(Verify(place, key).Signature!.IsVerified);
        Assert.Equal(
            [(Codes.SignatureInvalid, "config.json"), (Codes.SignatureInvalid, PublicationManifest.FileName)],
            Verify(place, key).Findings.Where(finding => finding.Code == Codes.SignatureInvalid).Select(finding => (finding.Code, Path.GetFileName(finding.Span?.Path))));
    }

    [Theory]
    [InlineData("README.md", "It was signed, and is missing.")]
    [InlineData("notes.txt", "It was not signed.")]
    public void A_file_that_was_taken_out_of_the_version_or_put_into_it_is_named(string file, string reason)
    {
        var place = PublishSigned();
        var isThere = File.Exists(Path.Combine(place, file));
        var list = Read(place, PublicationManifest.FileName);
        if (isThere)
        {
            File.Delete(Path.Combine(place, file));
            list["files"]!.AsObject().Remove(file);
        }
        else
        {
            File.WriteAllText(Path.Combine(place, file), "mine");
            list["files"]![file] = Entry("mine");
        }

        File.WriteAllText(Path.Combine(place, PublicationManifest.FileName), list.ToJsonString());

        Assert.Contains(Verify(place, key).Findings, finding => finding.Code == Codes.SignatureInvalid && Path.GetFileName(finding.Span?.Path) == file && finding.Detail == reason);
    }

    [Fact]
    public void A_swapped_parent_is_found_without_a_signature_by_the_lock()
    {
        var place = model.Publish().Place;
        var provenance = File.ReadAllText(Path.Combine(place, BuildProvenance.FileName));
        Change(place, BuildProvenance.FileName, provenance.Replace(new string('b', 64), new string('9', 64), StringComparison.Ordinal));

        var finding = Assert.Single(Verify(place, null).Findings);

        Assert.Equal(Codes.ContentChanged, finding.Code);
        Assert.Contains("'./models/two/model.safetensors'", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_that_was_swapped_in_every_file_is_found_by_the_signature()
    {
        var place = PublishSigned();
        string[] speaking = [PublicationFiles.Lock, BuildProvenance.FileName, BillOfMaterials.FileName];
        foreach (var file in speaking)
        {
            var text = File.ReadAllText(Path.Combine(place, file));
            Assert.Contains(new string('b', 64), text, StringComparison.Ordinal);
            Change(place, file, text.Replace(new string('b', 64), new string('9', 64), StringComparison.Ordinal));
        }

        var report = Verify(place, key);

        Assert.False(report.Signature!.IsVerified);
        Assert.Superset(speaking.ToHashSet(), report.Findings.Where(finding => finding.Code == Codes.SignatureInvalid).Select(finding => Path.GetFileName(finding.Span?.Path)!).ToHashSet());
    }

    [Theory]
    [InlineData("\"predicate\": {", "\"predicate\": [], \"other\": {")]
    [InlineData("\"name\": \"README.md\"", "\"name\": \"\\ud800\"")]
    [InlineData("urn:mergeops:builder", "https://github.com/actions/runner")]
    [InlineData("\"locked\": true", "\"locked\": false")]
    [InlineData("https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v9")]
    public void A_statement_that_says_anything_else_than_the_version_gives_is_refused(string before, string after)
    {
        var place = model.Publish().Place;
        var provenance = File.ReadAllText(Path.Combine(place, BuildProvenance.FileName));
        Assert.Contains(before, provenance, StringComparison.Ordinal);
        Change(place, BuildProvenance.FileName, provenance.Replace(before, after, StringComparison.Ordinal));

        Assert.Equal((Codes.ContentChanged, BuildProvenance.FileName), Assert.Single(Verify(place, null).Findings) is var finding ? (finding.Code, Path.GetFileName(finding.Span?.Path)) : default);
    }

    [Fact]
    public void A_whole_earlier_version_under_the_name_of_a_later_one_is_refused()
    {
        var place = PublishSigned();
        var later = Path.Combine(Path.GetDirectoryName(place)!, "9.0.0");
        Directory.Move(place, later);

        var finding = Assert.Single(Verify(later, key).Findings);

        Assert.Contains("version '0.1.0', and is looked for as version 9.0.0", finding.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modeling_evil.py")]
    [InlineData("onnx/pytorch_model.bin")]
    public void What_lies_beside_signed_files_is_refused_in_a_merged_model_too(string file)
    {
        File.WriteAllText(Path.Combine(model.Path, ModelSignature.FileName), ModelSignature.Write(signer, "small", Directory
            .EnumerateFiles(model.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(model.Path, path).Replace('\\', '/'), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))))));
        Assert.Empty(Verify(model.Path, key).Findings);
        Directory.CreateDirectory(Path.Combine(model.Path, "onnx"));
        File.WriteAllText(Path.Combine(model.Path, file), "evil");

        var report = Verify(model.Path, key);

        Assert.False(report.IsIntact);
        Assert.Contains(report.Findings, finding => finding.Code == Codes.SignatureInvalid && finding.Detail == "It was not signed.");
    }

    [Fact]
    public void Links_to_folders_are_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making a link needs a privilege there");
        var place = PublishSigned();
        Directory.CreateSymbolicLink(Path.Combine(place, "one"), ".");
        Directory.CreateSymbolicLink(Path.Combine(place, "two"), "/usr");

        var refused = Verify(place, key).Findings.Where(finding => finding.Code == Codes.ContentUnknown).Select(finding => Path.GetFileName(finding.Span?.Path));

        Assert.Equal(["one", "two"], refused);
    }

    [Fact]
    public void A_version_that_stands_without_the_users_signature_is_told()
    {
        model.Publish();

        var again = model.Publisher.Publish(model.Content() with { Signer = signer }, cancellation: TestContext.Current.CancellationToken);

        Assert.True(again.WasThere);
        Assert.Contains(again.Notes, note => note.Code == Codes.SignatureInvalid && note.Detail.Contains("without a signature", StringComparison.Ordinal));
    }

    [Fact]
    public void A_version_of_a_program_that_wrote_no_lineage_is_verified_still()
    {
        var place = model.Publish().Place;
        var list = Read(place, PublicationManifest.FileName);
        foreach (var file in new[] { BuildProvenance.FileName, BillOfMaterials.FileName })
        {
            File.Delete(Path.Combine(place, file));
            list["files"]!.AsObject().Remove(file);
        }

        File.WriteAllText(Path.Combine(place, PublicationManifest.FileName), list.ToJsonString());

        Assert.Empty(Verify(place, null).Findings);
        Assert.True(model.Publish().WasThere);
    }

    [Fact]
    public void A_signed_version_that_is_published_again_is_there_already()
    {
        PublishSigned();

        Assert.True(model.Publisher.Publish(model.Content() with { Signer = signer }, cancellation: TestContext.Current.CancellationToken).WasThere);
    }

    private string PublishSigned() => model.Publisher.Publish(model.Content() with { Signer = signer }, cancellation: TestContext.Current.CancellationToken).Place;

    private static VerificationReport Verify(string place, EllipticKey? key) => PublicationVerifier.Verify(place, key, cancellation: TestContext.Current.CancellationToken);

    private static JsonNode Read(string place, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(place, file)))!;

    // as somebody would who wants it to look right
    private static void Change(string place, string file, string text)
    {
        File.WriteAllText(Path.Combine(place, file), text);
        var list = Read(place, PublicationManifest.FileName);
        list["files"]![file] = Entry(text);
        File.WriteAllText(Path.Combine(place, PublicationManifest.FileName), list.ToJsonString());
    }

    private static JsonObject Entry(string text) => new()
    {
        ["size"] = Encoding.UTF8.GetByteCount(text),
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
    };
}
