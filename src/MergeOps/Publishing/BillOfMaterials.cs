using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning.Licenses;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>A version's bill of materials in CycloneDX 1.7: the model, and its parents with their licenses and files.</summary>
internal static class BillOfMaterials
{
    /// <summary>The file, under an ending by which CycloneDX's own tools know it.</summary>
    public const string FileName = "bom.cdx.json";

    private const string Model = "machine-learning-model";
    private const string Reference = "bom-ref";

    /// <summary>The bill's text.</summary>
    /// <param name="content">What is published.</param>
    /// <param name="manifest">What the merge recorded.</param>
    /// <param name="version">The version.</param>
    /// <param name="inputs">What the recipe's inputs are, down to the byte; null where they were not locked.</param>
    /// <param name="files">SHA-256 of every file of the version but those of the lineage, lower-case hex.</param>
    public static string Write(
        PublicationContent content, MergeManifest manifest, PublicationVersion version, ModelLock? inputs, ImmutableSortedDictionary<string, string> files)
    {
        var parents = PublishedParent.Of(content.Recipe, content.Models);
        ImmutableArray<string> references = [.. parents.Select((parent, index) => $"parent-{index + 1}")];
        var model = new JsonObject
        {
            ["type"] = Model,
            [Reference] = "model",
            ["name"] = manifest.Name,
            ["version"] = version.Text,
            ["components"] = Files(files.Select(file => (file.Key, file.Value))),
            ["pedigree"] = new JsonObject { ["ancestors"] = new JsonArray([.. parents.Select((parent, index) => Ancestor(parent, $"{references[index]}-ancestor"))]) },
            ["description"] = $"Merged by {content.Recipe.MergeMethod.Value.Name}.",
            ["properties"] = new JsonArray(Property("mergeops:planDigest", manifest.PlanDigest), Property("mergeops:modelDigest", manifest.ModelDigest), Property("mergeops:numericClass", manifest.NumericClass)),
        };
        AddLicense(model, MergedLicense.Of(parents.Select(parent => parent.Card.License)).Id);
        return CanonicalJson.Write(new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.7.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.7",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = "mergeops", ["version"] = manifest.PackageVersion }) },
                ["component"] = model,
            },
            ["components"] = new JsonArray([.. parents.Select((parent, index) => Component(parent, references[index], inputs))]),
            ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = "model", ["dependsOn"] = new JsonArray([.. references.Select(reference => JsonValue.Create(reference))]) }),
        });
    }

    private static JsonObject Component(PublishedParent parent, string reference, ModelLock? inputs)
    {
        var component = Ancestor(parent, reference);
        if (inputs?.Find(parent.Location, parent.Kind) is { } pinned)
        {
            component["components"] = Files(pinned.Files.Where(file => file.Digest.Kind == DigestKind.Sha256).Select(file => (file.Path, file.Digest.Hex)));
        }

        return component;
    }

    private static JsonObject Ancestor(PublishedParent parent, string reference)
    {
        var ancestor = new JsonObject { ["type"] = Model, [Reference] = reference, ["name"] = parent.Name };
        if (parent.Revision is { } revision)
        {
            ancestor["version"] = revision;
        }

        if (parent.IsOnHub)
        {
            ancestor["purl"] = PackageAddress.Of(parent.Name, parent.Revision);
        }

        AddLicense(ancestor, parent.Card.License);
        return ancestor;
    }

    private static JsonArray Files(IEnumerable<(string Path, string Sha256)> files) => new([.. files.Select(file => new JsonObject
    {
        ["type"] = "file",
        ["name"] = file.Path,
        ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = file.Sha256 }),
    })]);

    // the Hub's identifiers are not those of SPDX, so they are names
    private static void AddLicense(JsonObject component, string? license)
    {
        if (license is not null)
        {
            component["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["name"] = license } });
        }
    }

    private static JsonObject Property(string name, string value) => new() { ["name"] = name, ["value"] = value };
}
