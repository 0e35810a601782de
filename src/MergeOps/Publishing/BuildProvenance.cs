using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// From what and by what a version was made: an in-toto statement with the SLSA provenance v1 predicate. It holds no time and
/// no machine, so that a version has the same bytes wherever it is published; <c>Lineage.md</c> documents the build type.
/// </summary>
internal static class BuildProvenance
{
    /// <summary>The statement's file.</summary>
    public const string FileName = "provenance.intoto.json";

    /// <summary>The build type.</summary>
    public const string BuildType = "urn:mergeops:build:merge:v1";

    /// <summary>The most bytes that a statement may have.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The statement's text.</summary>
    /// <param name="method">The recipe's method.</param>
    /// <param name="manifest">What the merge recorded.</param>
    /// <param name="inputs">What the recipe's inputs are, down to the byte; null where they were not locked.</param>
    /// <param name="files">SHA-256 of every file of the version but those of the lineage, lower-case hex.</param>
    public static string Write(string method, MergeManifest manifest, ModelLock? inputs, ImmutableSortedDictionary<string, string> files) => CanonicalJson.Write(new JsonObject
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray([.. files.Select(file => Descriptor(file.Key, file.Value))]),
        ["predicateType"] = "https://slsa.dev/provenance/v1",
        ["predicate"] = new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = new JsonObject
                {
                    ["recipe"] = Descriptor(PublicationFiles.Recipe, files[PublicationFiles.Recipe]),
                    ["method"] = method,
                },
                ["internalParameters"] = new JsonObject
                {
                    ["planDigest"] = manifest.PlanDigest,
                    ["modelDigest"] = manifest.ModelDigest,
                    ["numericClass"] = manifest.NumericClass,
                    ["seed"] = manifest.Seed,
                    ["locked"] = inputs is not null,
                },
                ["resolvedDependencies"] = new JsonArray([.. Dependencies(inputs).Select(dependency => dependency.Node)]),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = "urn:mergeops:builder", ["version"] = new JsonObject { ["mergeops"] = manifest.PackageVersion } },
                ["byproducts"] = new JsonArray([.. new[] { PublicationFiles.Lock, PublicationFiles.Chosen, PublicationFiles.Evaluation }
                    .Where(files.ContainsKey).Select(file => Descriptor(file, files[file]))]),
            },
        },
    });

    /// <summary>What a stored statement says that is not so.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="inputs">The version's lock; null without one.</param>
    /// <param name="files">SHA-256 of every file that the version lists.</param>
    /// <returns>Sentences; none where all is well.</returns>
    public static IEnumerable<string> FlawsOf(byte[] text, ModelLock? inputs, IReadOnlyDictionary<string, string> files)
    {
        JsonObject? statement;
        try
        {
            statement = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            statement = null;
        }

        if (statement?["predicate"]?["buildDefinition"] is not JsonObject definition || statement["subject"] is not JsonArray subjects)
        {
            return ["It is not an in-toto statement of SLSA provenance."];
        }

        return SubjectFlaws(subjects, files).Concat(DependencyFlaws(definition["resolvedDependencies"] as JsonArray ?? [], inputs));
    }

    private static IEnumerable<string> SubjectFlaws(JsonArray subjects, IReadOnlyDictionary<string, string> files)
    {
        foreach (var subject in subjects)
        {
            var name = subject?["name"]?.ToString() ?? "";
            if (files.GetValueOrDefault(name) is not { } sha256)
            {
                yield return $"It speaks of {TerminalText.Quoted(name)}, which is not part of the version.";
            }
            else if (subject?["digest"]?["sha256"]?.ToString() != sha256)
            {
                yield return $"It has another SHA-256 for {TerminalText.Quoted(name)} than the version.";
            }
        }
    }

    private static IEnumerable<string> DependencyFlaws(JsonArray stored, ModelLock? inputs)
    {
        var locked = Dependencies(inputs).ToDictionary(dependency => dependency.Name, dependency => CanonicalJson.Write(dependency.Node), StringComparer.Ordinal);
        foreach (var dependency in stored)
        {
            var name = dependency?["name"]?.ToString() ?? "";
            if (!locked.Remove(name, out var expected))
            {
                yield return $"It names the input {TerminalText.Quoted(name)}, which the lock does not pin.";
            }
            else if (CanonicalJson.Write(dependency) != expected)
            {
                yield return $"It says of the input {TerminalText.Quoted(name)} what the lock does not say.";
            }
        }

        foreach (var name in locked.Keys.Order(StringComparer.Ordinal))
        {
            yield return $"It does not name the input {TerminalText.Quoted(name)}, which the lock pins.";
        }
    }

    private static JsonObject Descriptor(string name, string sha256) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = sha256 } };

    private static IEnumerable<(string Name, JsonObject Node)> Dependencies(ModelLock? inputs) =>
        from entry in inputs?.Entries ?? []
        from file in entry.Files
        let name = $"{entry.Location}/{file.Path}"
        let node = new JsonObject
        {
            ["name"] = name,
            ["digest"] = new JsonObject { [file.Digest.Kind == DigestKind.Sha256 ? "sha256" : "gitBlob"] = file.Digest.Hex },
            ["annotations"] = new JsonObject { ["kind"] = entry.Kind.ToString().ToLowerInvariant() },
        }
        select (name, entry.Commit is { } commit ? With(node, PackageAddress.Of(entry.Location, commit, file.Path)) : node);

    private static JsonObject With(JsonObject node, string address)
    {
        node["uri"] = address;
        return node;
    }
}
