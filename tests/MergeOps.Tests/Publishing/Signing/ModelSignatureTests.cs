using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Publishing.Signing;
using NJsonSchema;
using Xunit;

namespace MergeOps.Tests.Publishing.Signing;

/// <summary>Bundles as OpenSSF Model Signing v1.0 defines them, held against its own test vectors, its schema and OpenSSL.</summary>
[RunsAlone("starts openssl")]
public sealed class ModelSignatureTests : IDisposable
{
    private static readonly SortedDictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["config.json"] = new string('1', 64),
        ["model.safetensors"] = new string('2', 64),
        // after U+FFFD in the order of code points, before it in the order of .NET's strings
        ["\U0001F600.txt"] = new string('3', 64),
        ["\uFFFD.txt"] = new string('4', 64),
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_specifications_own_bundle_of_a_key_is_read()
    {
        var (signed, flaw) = ModelSignature.Read(Vector("key"));

        Assert.Null(flaw);
        Assert.Equal(["signme-1", "signme-2"], signed!.Files.Keys);
        Assert.Equal("bc9a717db6064a32cbe9eae6fc40651dd6d36ef1757183f590eff2b1765d7ebc", signed.Files["signme-1"]);
        Assert.Equal("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e", signed.Hint);
    }

    [Theory]
    [InlineData("certificate", "certificate")]
    [InlineData("missing-envelope", "'dsseEnvelope'")]
    [InlineData("missing-tlog-entries", "certificate")]
    [InlineData("missing-verification-material", "'verificationMaterial'")]
    [InlineData("wrong-predicate", "OpenSSF Model Signing v1.0")]
    public void Other_bundles_are_refused_by_what_they_lack(string vector, string reason)
    {
        var (signed, flaw) = ModelSignature.Read(Vector(vector));

        Assert.Null(signed);
        Assert.Contains(reason, flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_of_a_key_needs_no_transparency_log()
    {
        var bundle = JsonNode.Parse(Vector("key"))!;
        bundle["verificationMaterial"]!.AsObject().Remove("tlogEntries");

        Assert.Null(ModelSignature.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Flaw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"mediaType\": 3}")]
    [InlineData("{\"mediaType\": \"a\", \"mediaType\": \"b\"}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":{\"publicKey\":{},\"tlogEntries\":[]},\"dsseEnvelope\":{\"payload\":\"%\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"\"}]}}")]
    public void What_is_no_bundle_is_refused(string text) => Assert.NotNull(ModelSignature.Read(Encoding.UTF8.GetBytes(text)).Flaw);

    [Fact]
    public void Files_stand_in_the_order_of_their_names_bytes()
    {
        using var key = Key(ECCurve.NamedCurves.nistP256);

        var names = Payload(key)["predicate"]!["resources"]!.AsArray().Select(resource => (string)resource!["name"]!);

        Assert.Equal(["config.json", "model.safetensors", "\uFFFD.txt", "\U0001F600.txt"], names);
    }

    [Fact]
    public async Task The_signed_list_is_one_by_the_specifications_schema()
    {
        using var key = Key(ECCurve.NamedCurves.nistP256);
        var schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(PathOf("predicate.schema.json"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(Payload(key)["predicate"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("prime256v1", "sha256")]
    [InlineData("secp384r1", "sha384")]
    [InlineData("secp521r1", "sha512")]
    public void OpenSSL_verifies_what_a_key_of_OpenSSL_signed(string curve, string hash)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "there is no openssl on this machine");
        OpenSsl("ecparam", "-genkey", "-name", curve, "-noout", "-out", folder["key.pem"]);
        OpenSsl("ec", "-in", folder["key.pem"], "-pubout", "-out", folder["key.pub"]);
        using var key = EllipticKey.Private(File.ReadAllText(folder["key.pem"]), "key.pem");

        var bundle = JsonNode.Parse(ModelSignature.Write(key, "small", Files))!;

        // the encoding of DSSE, written here once more
        var payload = Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!);
        File.WriteAllBytes(folder["signed"], [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length.ToString(CultureInfo.InvariantCulture)} "), .. payload]);
        File.WriteAllBytes(folder["signature"], Convert.FromBase64String((string)bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!));
        Assert.Contains("Verified OK", OpenSsl("dgst", "-" + hash, "-verify", folder["key.pub"], "-signature", folder["signature"], folder["signed"]), StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["key.pub"]))), (string?)bundle["verificationMaterial"]!["publicKey"]!["hint"]);
        using var publicKey = EllipticKey.Public(File.ReadAllText(folder["key.pub"]), "key.pub");
        var signed = ModelSignature.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Signed!;
        Assert.True(publicKey.Verifies(signed.Envelope, signed.Signature));
    }

    /// <summary>Several keys, because the bit for y is right by chance for every second one.</summary>
    [Theory]
    [InlineData("prime256v1")]
    [InlineData("secp384r1")]
    [InlineData("secp521r1")]
    public void Keys_whose_points_OpenSSL_compressed_are_the_same_keys(string curve)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "there is no openssl on this machine");
        for (var number = 0; number < 8; number++)
        {
            OpenSsl("ecparam", "-genkey", "-name", curve, "-noout", "-out", folder["key.pem"]);
            OpenSsl("ec", "-in", folder["key.pem"], "-pubout", "-out", folder["key.pub"]);
            OpenSsl("ec", "-in", folder["key.pem"], "-pubout", "-conv_form", "compressed", "-out", folder["compressed.pub"]);
            OpenSsl("ec", "-in", folder["key.pem"], "-conv_form", "compressed", "-out", folder["compressed.pem"]);
            OpenSsl("pkcs8", "-topk8", "-nocrypt", "-in", folder["compressed.pem"], "-out", folder["compressed.p8"]);
            using var whole = EllipticKey.Public(File.ReadAllText(folder["key.pub"]), "key.pub");
            using var half = EllipticKey.Public(File.ReadAllText(folder["compressed.pub"]), "compressed.pub");

            Assert.True(new FileInfo(folder["compressed.pub"]).Length < new FileInfo(folder["key.pub"]).Length);
            Assert.Equal((whole.Hint, whole.Hash), (half.Hint, half.Hash));
            foreach (var form in (string[])["compressed.pem", "compressed.p8"])
            {
                using var signer = EllipticKey.Private(File.ReadAllText(folder[form]), form);
                Assert.Equal(whole.Hint, signer.Hint);
                Assert.True(whole.Verifies("text"u8, signer.Sign([.. "text"u8])));
            }
        }
    }

    /// <summary>On P-256, x = 5 has a y and x = 1 has none, by Euler's criterion: the keys say x = 1 and x = p + 5.</summary>
    [Theory]
    [InlineData("MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgAC/////wAAAAEAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAQ=")]
    [InlineData("MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=")]
    public void A_compressed_point_that_no_curve_has_is_refused(string body)
    {
        var refused = Assert.Throws<MergeOpsException>(() => EllipticKey.Public($"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n", "key.pub").Dispose());

        Assert.Contains("It is not a public key of ECDSA", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"subject\": [", "\"subject\": [], \"other\": [")]
    [InlineData("\"name\": \"config.json\"", "\"name\": \"\\u0000\"")]
    [InlineData("\"name\": \"config.json\"", "\"name\": \"../config.json\"")]
    [InlineData("\"name\": \"config.json\"", "\"name\": \"/etc/passwd\"")]
    [InlineData("\"name\": \"config.json\"", "\"name\": \"\\ud800\"")]
    public void A_statement_that_speaks_of_no_plain_files_is_refused(string before, string after)
    {
        using var key = Key(ECCurve.NamedCurves.nistP256);
        var bundle = JsonNode.Parse(ModelSignature.Write(key, "small", Files))!;
        var statement = Encoding.UTF8.GetString(Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!));
        Assert.Contains(before, statement, StringComparison.Ordinal);
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(statement.Replace(before, after, StringComparison.Ordinal)));

        Assert.NotNull(ModelSignature.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Flaw);
    }

    [Fact]
    public void A_private_key_is_found_among_other_blocks_behind_a_mark_and_with_spelled_out_line_breaks()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = pair.ExportECPrivateKeyPem();

        Assert.All(
            [
                "\uFEFF" + pem, "My UNENCRYPTED key\n" + pem, pem + "\n" + pair.ExportSubjectPublicKeyInfoPem(), pem.ReplaceLineEndings("\r\n"), pem.ReplaceLineEndings("\\n"),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + pem,
            ],
            text =>
            {
                using var key = EllipticKey.Private(text, "key.pem");
                Assert.True(pair.VerifyData("text"u8, key.Sign([.. "text"u8]), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            });
        Assert.Contains("more than one key", Assert.Throws<MergeOpsException>(() => EllipticKey.Private(pem + "\n" + pem, "key.pem").Dispose()).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hf_token")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")]
    public void What_is_no_private_key_is_refused_and_never_shown(string pem)
    {
        var refused = Assert.Throws<MergeOpsException>(() => EllipticKey.Private(pem, "key.pem").Dispose());

        Assert.Equal(Codes.SigningKeyUnusable, refused.Diagnostic.Code);
        Assert.DoesNotContain("hf_token", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_other_kinds_and_curves_are_refused()
    {
        using var rsa = RSA.Create(2048);
        using var small = ECDsa.Create(ECCurve.NamedCurves.brainpoolP160r1);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var bitcoin = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));

        Assert.All(
            [rsa.ExportPkcs8PrivateKeyPem(), small.ExportPkcs8PrivateKeyPem(), other.ExportPkcs8PrivateKeyPem(), bitcoin.ExportPkcs8PrivateKeyPem()],
            pem => Assert.Equal(Codes.SigningKeyUnusable, Assert.Throws<MergeOpsException>(() => EllipticKey.Private(pem, "key.pem").Dispose()).Diagnostic.Code));
    }

    private static EllipticKey Key(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return EllipticKey.Private(key.ExportPkcs8PrivateKeyPem(), "test");
    }

    private static JsonNode Payload(EllipticKey key) =>
        JsonNode.Parse(Convert.FromBase64String((string)JsonNode.Parse(ModelSignature.Write(key, "small", Files))!["dsseEnvelope"]!["payload"]!))!;

    private static byte[] Vector(string name) => File.ReadAllBytes(PathOf($"{name}.bundle.json"));

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Data", "ModelSigning", file);

    private static string OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return printed;
    }
}
