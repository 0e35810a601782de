using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Signing;

/// <summary>What a signature speaks of.</summary>
/// <param name="Files">SHA-256 of each file by its path, lower-case hex.</param>
/// <param name="Hint">By which the bundle names the key; null where it names none.</param>
internal sealed record SignedFiles(ImmutableSortedDictionary<string, string> Files, string? Hint)
{
    /// <summary>The signed bytes, as <see cref="ModelSignature"/> wraps them.</summary>
    public required byte[] Envelope { get; init; }

    /// <summary>The signature as DER.</summary>
    public required byte[] Signature { get; init; }
}

/// <summary>
/// A detached signature over all files of a version, as OpenSSF Model Signing v1.0 defines it: method <c>files</c>, a key of
/// one's own, an in-toto statement in a DSSE envelope in a Sigstore bundle.
/// </summary>
internal static class ModelSignature
{
    /// <summary>The name under which the OpenSSF's own tools look for it.</summary>
    public const string FileName = ModelFileNames.Signature;

    /// <summary>The flaw of a bundle that no key of somebody's own signed.</summary>
    public const string Keyless = "It was signed with a certificate or without a key, which only the OpenSSF's own tool verifies: `model_signing verify`.";

    /// <summary>The most bytes that a bundle may have.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string PayloadType = "application/vnd.in-toto+json";
    private const string StatementType = "https://in-toto.io/Statement/v1";
    private const string PredicateType = "https://model_signing/signature/v1.0";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // what systems, git and the Hub put into folders, and the signature itself
    private static readonly string[] Ignored = [".cache", ".git", ".gitattributes", ".github", ".gitignore", FileName];

    /// <summary>The bundle's text.</summary>
    /// <param name="key">Who signs.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="files">SHA-256 of each file by its path, lower-case hex.</param>
    public static string Write(ISigner key, string name, IReadOnlyDictionary<string, string> files)
    {
        var ordered = InOrder(files);
        var payload = Encoding.UTF8.GetBytes(CanonicalJson.Write(new JsonObject
        {
            ["_type"] = StatementType,
            ["subject"] = new JsonArray(new JsonObject { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = Root(ordered) } }),
            ["predicateType"] = PredicateType,
            ["predicate"] = new JsonObject
            {
                ["resources"] = new JsonArray([.. ordered.Select(file => new JsonObject { ["name"] = file.Key, ["digest"] = file.Value, ["algorithm"] = "sha256" })]),
                ["serialization"] = new JsonObject
                {
                    ["method"] = "files",
                    ["hash_type"] = "sha256",
                    ["allow_symlinks"] = false,
                    ["ignore_paths"] = new JsonArray([.. Ignored.Select(path => JsonValue.Create(path))]),
                },
            },
        }));
        return CanonicalJson.Write(new JsonObject
        {
            ["mediaType"] = MediaType,
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = key.Hint }, ["tlogEntries"] = new JsonArray() },
            ["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(key.Sign(Envelope(payload))), ["keyid"] = "" }),
            },
        });
    }

    /// <summary>Reads a bundle that a key of somebody's own signed; whether the signature holds is for <see cref="EllipticKey.Verifies"/>.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <returns>What it speaks of, or why it is no such bundle.</returns>
    public static (SignedFiles? Signed, string? Flaw) Read(byte[] text)
    {
        try
        {
            return JsonNode.Parse(JsonFlaw.WithoutMark(text), documentOptions: Strict) is JsonObject bundle ? Read(bundle) : (null, "It is not a JSON object.");
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            // a member of another kind, no base64, or no JSON at all
            return (null, "It is not a Sigstore bundle.");
        }
    }

    private static (SignedFiles? Signed, string? Flaw) Read(JsonObject bundle)
    {
        if (Text(bundle["mediaType"]) != MediaType)
        {
            return (null, $"It is not a Sigstore bundle of the type {MediaType}.");
        }

        if (bundle["verificationMaterial"] is not JsonObject material || bundle["dsseEnvelope"] is not JsonObject envelope)
        {
            return (null, "It lacks 'verificationMaterial' or 'dsseEnvelope'.");
        }

        if (material["publicKey"] is not JsonObject named)
        {
            return (null, Keyless);
        }

        if (Text(envelope["payloadType"]) != PayloadType || envelope["signatures"] is not JsonArray { Count: 1 } signatures || Text(signatures[0]?["sig"]) is not { } signature || Text(envelope["payload"]) is not { } payload)
        {
            return (null, "Its envelope does not hold one signature over an in-toto statement.");
        }

        var bytes = Convert.FromBase64String(payload);
        return JsonNode.Parse(bytes, documentOptions: Strict) is JsonObject statement
            && Text(statement["_type"]) == StatementType && Text(statement["predicateType"]) == PredicateType
            && Resources(statement["predicate"]) is { } files
            ? files.Keys.FirstOrDefault(path => PortablePath.Objection(path) is not null) is { } odd
                ? (null, $"It covers {TerminalText.Quoted(odd)}: {PortablePath.Objection(odd)}")
            : statement["subject"] is JsonArray { Count: 1 } subject && Text(subject[0]?["digest"]?["sha256"]) == Root(InOrder(files))
                ? (new(files, Text(named["hint"])) { Envelope = Envelope(bytes), Signature = Convert.FromBase64String(signature) }, null)
                : (null, "The digest of its subject is not that of its files.")
            : (null, "Its statement does not list files by SHA-256, as OpenSSF Model Signing v1.0 does.");
    }

    private static ImmutableSortedDictionary<string, string>? Resources(JsonNode? predicate)
    {
        if (predicate?["resources"] is not JsonArray { Count: > 0 } resources || Text(predicate["serialization"]?["method"]) != "files" || Text(predicate["serialization"]?["hash_type"]) != "sha256")
        {
            return null;
        }

        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (Text(resource?["name"]) is not { } name || Text(resource?["digest"]) is not { } digest || Text(resource?["algorithm"]) != "sha256" || !files.TryAdd(name, digest))
            {
                return null;
            }
        }

        return files.ToImmutable();
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // not the order of .NET's own strings, which differs beyond the first 65,536 characters
    private static List<KeyValuePair<string, string>> InOrder(IEnumerable<KeyValuePair<string, string>> files) =>
        [.. files.OrderBy(file => Encoding.UTF8.GetBytes(file.Key), Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))];

    // over the digests alone, in the order of the names' bytes
    private static string Root(List<KeyValuePair<string, string>> ordered) =>
        Convert.ToHexStringLower(SHA256.HashData([.. ordered.SelectMany(file => Convert.FromHexString(file.Value))]));

    // the pre-authentication encoding of DSSE
    private static byte[] Envelope(byte[] payload) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} ")), .. payload];
}
