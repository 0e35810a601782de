using System.Collections.Immutable;
using System.Text;
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

    private const string BuildType = "urn:mergeops:build:merge:v1";

    /// <summary>The most bytes that a statement may have.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const int LongestShown = 200;
    private const int NearLines = 4;
    private const string NameKey = "\"name\": ";

    /// <summary>The statement's text.</summary>
    /// <param name="manifest">What the merge recorded.</param>
    /// <param name="inputs">What the recipe's inputs are, down to the byte; null where they were not locked.</param>
    /// <param name="files">SHA-256 of every file of the version but those of the lineage, lower-case hex.</param>
    public static string Write(MergeManifest manifest, ModelLock? inputs, ImmutableSortedDictionary<string, string> files) => CanonicalJson.Write(new JsonObject
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray([.. files.Select(file => Descriptor(file.Key, file.Value))]),
        ["predicateType"] = "https://slsa.dev/provenance/v1",
        ["predicate"] = new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = new JsonObject { ["recipe"] = Descriptor(PublicationFiles.Recipe, files[PublicationFiles.Recipe]) },
                ["internalParameters"] = new JsonObject
                {
                    ["planDigest"] = manifest.PlanDigest,
                    ["modelDigest"] = manifest.ModelDigest,
                    ["numericClass"] = manifest.NumericClass,
                    ["seed"] = manifest.Seed,
                    ["locked"] = inputs is not null,
                },
                ["resolvedDependencies"] = new JsonArray([.. Dependencies(inputs)]),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = "urn:mergeops:builder", ["version"] = new JsonObject { ["mergeops"] = manifest.PackageVersion } },
                ["byproducts"] = new JsonArray([.. new[] { PublicationFiles.Lock, PublicationFiles.Chosen, PublicationFiles.Evaluation }
                    .Where(files.ContainsKey).Select(file => Descriptor(file, files[file]))]),
            },
        },
    });

    /// <summary>What a stored statement says that its version's manifest, lock and files do not; null where nothing is.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="manifest">What the merge recorded.</param>
    /// <param name="inputs">The version's lock; null without one.</param>
    /// <param name="files">SHA-256 of every file of the version but those of the lineage, lower-case hex.</param>
    /// <returns>A sentence.</returns>
    public static string? FlawOf(byte[] text, MergeManifest manifest, ModelLock? inputs, ImmutableSortedDictionary<string, string> files)
    {
        var expected = Write(manifest, inputs, files);
        if (Encoding.UTF8.GetBytes(expected).AsSpan().SequenceEqual(JsonFlaw.WithoutMark(text)))
        {
            return null;
        }

        // the text is in lines, and names stand near what is said of them
        var (found, wanted) = (Encoding.UTF8.GetString(text).Split('\n'), expected.Split('\n'));
        var line = Enumerable.Range(0, wanted.Length).First(at => at >= found.Length || found[at] != wanted[at] || at == wanted.Length - 1);
        var name = Enumerable.Range(line, Math.Min(NearLines, wanted.Length - line)).Concat(Enumerable.Range(0, line).Reverse().Take(NearLines))
            .Select(at => wanted[at].Trim()).FirstOrDefault(near => near.StartsWith(NameKey, StringComparison.Ordinal));
        return $"Line {line + 1} is {(line < found.Length ? TerminalText.Quoted(TerminalText.Shortened(found[line].Trim(), LongestShown)) : "missing")} where the version's manifest, lock and files give {TerminalText.Quoted(TerminalText.Shortened(wanted[line].Trim(), LongestShown))}"
            + (name is null ? "." : $", near {TerminalText.Shortened(name.TrimEnd(',')[NameKey.Length..], LongestShown).Replace('"', '\'')}.");
    }

    private static JsonObject Descriptor(string name, string sha256) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = sha256 } };

    private static IEnumerable<JsonObject> Dependencies(ModelLock? inputs)
    {
        foreach (var entry in inputs?.Entries ?? [])
        {
            foreach (var file in entry.Files)
            {
                var dependency = new JsonObject
                {
                    ["name"] = $"{entry.Location}/{file.Path}",
                    ["digest"] = new JsonObject { [file.Digest.Kind == DigestKind.Sha256 ? "sha256" : "gitBlob"] = file.Digest.Hex },
                    ["annotations"] = new JsonObject { ["kind"] = entry.Kind.ToString().ToLowerInvariant() },
                };
                if (entry.Commit is { } commit)
                {
                    dependency["uri"] = PackageAddress.Of(entry.Location, commit, file.Path);
                }

                yield return dependency;
            }
        }
    }
}
