using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>From a key of one's own to a version that others can hold against its public half.</summary>
[RunsAlone("a command is started while no other process may read this one's memory")]
public sealed class SignedPublicationTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string recipe;
    private readonly string publicKey;

    public SignedPublicationTests()
    {
        recipe = models.Recipe("""
            merge_method: linear
            models:
              - { model: ./one, parameters: { weight: 0.5 } }
              - { model: ./two, parameters: { weight: 0.5 } }
            publish: { folder: published }
            """);
        publicKey = Path.Combine(models.Path, "acme.pub");
        File.WriteAllText(publicKey, pair.ExportSubjectPublicKeyInfoPem());
    }

    private string Published => Path.Combine(models.Path, "published", "0.1.0");

    public void Dispose()
    {
        models.Dispose();
        pair.Dispose();
    }

    [Theory]
    [InlineData(SigningKey.Variable)]
    [InlineData(SigningKey.FileVariable)]
    public void A_key_in_the_environment_signs_what_is_published(string variable)
    {
        var pem = pair.ExportECPrivateKeyPem();
        var file = Path.Combine(models.Path, "acme.pem");
        File.WriteAllText(file, pem);

        var run = CommandLineRun.Of(With(variable, variable == SigningKey.Variable ? pem : file), "run", recipe);
        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", publicKey);

        Assert.Equal((0, 0), (run.ExitCode, verify.ExitCode));
        Assert.Contains("; signed by the key", verify.Error, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(models.Path, "*", SearchOption.AllDirectories).Where(path => path != file), path =>
            Assert.DoesNotContain(pem.Split('\n')[1], File.ReadAllText(path), StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_cannot_sign_is_told_before_anything_is_published()
    {
        var run = CommandLineRun.Of(With(SigningKey.Variable, "my-secret-key"), "run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS732:", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret-key", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published));
    }

    [Fact]
    public void A_changed_byte_is_told_with_its_file()
    {
        CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()), "run", recipe);
        File.AppendAllText(Path.Combine(Published, "config.json"), " ");

        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", publicKey, "--format", "json");

        Assert.Equal(1, verify.ExitCode);
        Assert.Contains(verify.Result!["findings"]!.AsArray(), finding => (string)finding!["code"]! == "MOPS731" && Path.GetFileName((string)finding["path"]!) == "config.json");
        Assert.False((bool)verify.Result["signature"]!["verified"]!);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("run")]
    public void A_command_of_the_settings_signs_what_is_published(string verb)
    {
        var settings = Settings($"openssl dgst -sha256 -sign '{KeyFile()}'");
        if (verb == "publish")
        {
            CommandLineRun.Of(With("UNRELATED", "1"), "merge", recipe, "--out", Path.Combine(models.Path, "merged"));
        }

        var run = CommandLineRun.Of(With("UNRELATED", "1"), [verb, recipe, "--settings", settings, .. verb == "publish" ? ["--from", Path.Combine(models.Path, "merged")] : Array.Empty<string>()]);
        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", publicKey);

        Assert.Equal((0, 0), (run.ExitCode, verify.ExitCode));
        Assert.Contains("; signed by the key", verify.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_of_the_settings_signs_what_is_streamed()
    {
        await using var user = (await HubUser.StartAsync()).Llama("org/one").Llama("org/two");
        user.Set("HF_TOKEN", user.Hub.Token);
        var streamed = user.Recipe("""
            merge_method: linear
            models:
              - { model: org/one, parameters: { weight: 0.5 } }
              - { model: org/two, parameters: { weight: 0.5 } }
            publish: { hub: acme/small }
            """);
        await user.RunAsync("lock", streamed);
        var settings = Settings($"openssl dgst -sha256 -sign '{KeyFile()}'");
        var notStreamed = await user.RunAsync("merge", streamed, "--out", user["merged"], "--settings", settings);
        File.AppendAllText(settings, "policy: { methods: [slerp] }\n");
        var refused = await user.RunAsync("merge", streamed, "--stream", "--settings", settings);
        Assert.Null(user.Hub.Store.Repository("acme/small"));

        var merge = await user.RunAsync("merge", streamed, "--stream", "--settings", Settings($"openssl dgst -sha256 -sign '{KeyFile()}'"));
        var verify = await user.RunAsync("verify", "acme/small@v0.1.0", "--key", publicKey);

        Assert.Equal((2, 4, 0, 0), (notStreamed.ExitCode, refused.ExitCode, merge.ExitCode, verify.ExitCode));
        Assert.Contains("; signed by the key", verify.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("run")]
    public void A_version_that_nobody_signs_although_the_settings_of_its_repository_do_is_warned_about(string verb)
    {
        var settings = Settings("true");
        Directory.CreateDirectory(Path.Combine(models.Path, ".github"));
        File.Move(settings, Path.Combine(models.Path, ".github", "mergeops.yml"));
        var merged = Path.Combine(models.Path, "merged");
        CommandLineRun.Of(With("UNRELATED", "1"), "merge", recipe, "--out", merged);
        string[] command = [verb, recipe, .. verb == "publish" ? ["--from", merged] : Array.Empty<string>()];

        var unsigned = CommandLineRun.Of(With("UNRELATED", "1"), [.. command, "--to", $"folder:{Path.Combine(models.Path, "other")}"]);
        var signed = CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()), command);

        Assert.Equal((0, 0), (unsigned.ExitCode, signed.ExitCode));
        Assert.Contains("mergeops.yml: warning MOPS734:", unsigned.Error, StringComparison.Ordinal);
        Assert.Contains("Run this in the repository's root with --settings .github/mergeops.yml.", unsigned.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("MOPS734", signed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_published_when_the_command_does_not_sign()
    {
        var run = CommandLineRun.Of(With("UNRELATED", "1"), "run", recipe, "--settings", Settings("echo no card in the reader >&2; exit 7"));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("error MOPS733:", run.Error, StringComparison.Ordinal);
        Assert.Contains("no card in the reader", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published));
    }

    [Fact]
    public void A_key_and_a_command_are_one_too_many()
    {
        var run = CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()), "run", recipe, "--settings", Settings("true"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The settings sign with a command, and $MERGEOPS_SIGNING_KEY names a key.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published));
    }

    [Fact]
    public void Two_variables_are_one_too_many()
    {
        var run = CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()).With((SigningKey.FileVariable, KeyFile())), "run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS732:", run.Error, StringComparison.Ordinal);
        Assert.Contains("keep one", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published));
    }

    [Theory]
    [InlineData("nowhere.pem")]
    [InlineData("one")]
    public void What_names_a_file_that_is_none_is_said_with_its_path(string file)
    {
        var path = Path.Combine(models.Path, file);
        CommandLineRun.Of(With("UNRELATED", "1"), "run", recipe);

        var run = CommandLineRun.Of(With(SigningKey.FileVariable, path), "run", recipe);
        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", path);

        Assert.Equal((1, 1), (run.ExitCode, verify.ExitCode));
        Assert.Contains("$MERGEOPS_SIGNING_KEY_FILE names a file that cannot be read", run.Error, StringComparison.Ordinal);
        Assert.Contains("--key names a file that cannot be read", verify.Error, StringComparison.Ordinal);
        Assert.All([run.Error, verify.Error], error => Assert.Contains($"{path}: error MOPS732:", error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_private_key_for_the_public_one_is_called_that()
    {
        CommandLineRun.Of(With("UNRELATED", "1"), "run", recipe);

        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", KeyFile());

        Assert.Contains("It is a private key, but the public one is needed", verify.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_OpenSSL_encrypted_in_the_traditional_form_is_said_to_be_encrypted()
    {
        const string Pem = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END EC PRIVATE KEY-----\n";

        var run = CommandLineRun.Of(With(SigningKey.Variable, Pem), "run", recipe);

        Assert.Contains("The private key is encrypted.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenSSL_and_a_list_of_digests_verify_what_was_published_without_this_program()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "there is no openssl on this machine");
        CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()), "run", recipe);

        var envelope = JsonNode.Parse(File.ReadAllText(Path.Combine(Published, "model.sig")))!["dsseEnvelope"]!;
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        File.WriteAllBytes(Path.Combine(models.Path, "signed"), [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length.ToString(CultureInfo.InvariantCulture)} "), .. payload]);
        File.WriteAllBytes(Path.Combine(models.Path, "signature"), Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!));
        using var openssl = Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["dgst", "-sha256", "-verify", publicKey, "-signature", "signature", "signed"]) { WorkingDirectory = models.Path, RedirectStandardOutput = true })!;

        Assert.Equal("Verified OK\n", openssl.StandardOutput.ReadToEnd());
        var listed = JsonNode.Parse(payload)!["predicate"]!["resources"]!.AsArray().Select(resource => ((string)resource!["name"]!, (string)resource["digest"]!));
        var there = Directory.EnumerateFiles(Published, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Published, path).Replace('\\', '/'), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))))
            .Where(file => file.Item1 != "model.sig");
        Assert.Equal(there.Order(), listed.Order());
    }

    [Theory]
    [InlineData("missing", "README.md")]
    [InlineData("another key", "model.sig")]
    public void What_is_not_as_it_was_signed_is_refused_by_its_name(string change, string file)
    {
        CommandLineRun.Of(With(SigningKey.Variable, pair.ExportECPrivateKeyPem()), "run", recipe);
        if (change == "missing")
        {
            File.Delete(Path.Combine(Published, file));
        }
        else
        {
            using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(publicKey, other.ExportSubjectPublicKeyInfoPem());
        }

        var verify = CommandLineRun.Of(With("UNRELATED", "1"), "verify", Published, "--key", publicKey, "--format", "json");

        Assert.Equal(1, verify.ExitCode);
        Assert.Contains(verify.Result!["findings"]!.AsArray(), finding => (string)finding!["code"]! == "MOPS731" && Path.GetFileName((string)finding["path"]!) == file);
        Assert.False((bool)verify.Result["signature"]!["verified"]!);
    }

    private string Settings(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell script.");
        var file = Path.Combine(models.Path, "mergeops.yml");
        File.WriteAllText(file, $"sign:\n  command: [sh, -c, \"{script}\"]\n  public_key: {publicKey}\n");
        return file;
    }

    private string KeyFile()
    {
        var file = Path.Combine(models.Path, "acme.pem");
        File.WriteAllText(file, pair.ExportECPrivateKeyPem());
        return file;
    }

    private HostEnvironment With(string variable, string value) =>
        TestEnvironment.WithHome(Path.Combine(models.Path, "home")).With((variable, value));
}
