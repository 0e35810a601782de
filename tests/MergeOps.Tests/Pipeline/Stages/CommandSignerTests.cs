using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

/// <summary>Commands that sign as real signers do, and commands that do not.</summary>
[RunsAlone("a command is started while no other process may read this one's memory")]
public sealed class CommandSignerTests : IDisposable
{
    private static readonly byte[] Bytes = [.. "DSSEv1 28 application/vnd.in-toto+json 2 {}"u8];

    private readonly TemporaryFolder folder = new();
    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentQueue<string> told = new();

    public CommandSignerTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are shell scripts.");
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "there is no openssl on this machine");
        folder.Write("key.pem", Encoding.ASCII.GetBytes(pair.ExportECPrivateKeyPem()));
        folder.Write("key.pub", Encoding.ASCII.GetBytes(pair.ExportSubjectPublicKeyInfoPem()));
    }

    public void Dispose()
    {
        pair.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("openssl dgst -sha256 -sign key.pem", "OpenSSL: DER")]
    [InlineData("openssl dgst -sha256 -sign key.pem /dev/stdin", "OpenSSL, which reads a file of that name")]
    [InlineData("openssl dgst -sha256 -sign key.pem | base64 -w 0; echo; echo 'Using payload from: -' >&2", "cosign: a line of base64, and words on stderr")]
    [InlineData("openssl dgst -sha256 -sign key.pem | base64 -w 64", "GNU base64: several lines")]
    [InlineData("openssl dgst -sha256 -sign key.pem | base64 -w 0 | tr +/ -_ | tr -d =", "a key service: the alphabet for addresses, not filled up")]
    [InlineData("printf '{\\n  \"KeyId\": \"arn:aws:kms:eu-west-1:1:key/1\",\\n  \"Signature\": \"%s\",\\n  \"SigningAlgorithm\": \"ECDSA_SHA_256\"\\n}\\n' $(openssl dgst -sha256 -sign key.pem | base64 -w 0)", "aws kms sign: JSON")]
    [InlineData("openssl dgst -sha256 -binary > hash; openssl pkeyutl -sign -inkey key.pem -in hash", "of the hash alone")]
    public void What_real_signers_print_is_taken(string script, string signer)
    {
        using var signing = Signer(script);

        var signature = signing.Sign(Bytes);

        Assert.True(pair.VerifyData(Bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), signer);
    }

    [Theory]
    [InlineData("cat raw")]
    [InlineData("base64 raw")]
    public void The_numbers_of_a_signature_side_by_side_are_taken(string script)
    {
        folder.Write("raw", pair.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        using var signing = Signer(script);

        Assert.True(pair.VerifyData(Bytes, signing.Sign(Bytes), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Theory]
    [InlineData("openssl ecparam -genkey -name prime256v1 -noout -out other.pem; openssl dgst -sha256 -sign other.pem", "does not verify with the public key")]
    [InlineData("openssl dgst -sha384 -sign key.pem", "it is not over SHA256 of the bytes on stdin")]
    [InlineData("openssl dgst -sha256 -binary | openssl dgst -sha256 -sign key.pem", "it is not over SHA256 of the bytes on stdin")]
    [InlineData("echo Enter passphrase:", "is not an ECDSA signature")]
    [InlineData("cat", "is not an ECDSA signature")]
    [InlineData("true", "(0 bytes) is not an ECDSA signature")]
    [InlineData("echo '{\"Signature\": [1], \"Signature\": \"\"}'", "is not an ECDSA signature")]
    [InlineData("echo AccessDeniedException >&2; exit 254", "It ended with 254. Its last lines:\nAccessDeniedException")]
    [InlineData("yes | head -c 100000; sleep 60", "It printed more than 65.5 kB on stdout.")]
    [InlineData("sleep 60 & exit 0", "still holds its stdout open")]
    [InlineData("echo '{\"Signature\": \"\\ud800\"}'", "is not an ECDSA signature")]
    [InlineData("cat /dev/zero", "It printed more than 65.5 kB on stdout.")]
    public void What_is_no_signature_of_the_key_is_refused_by_its_reason(string script, string reason)
    {
        using var signing = Signer(script);

        var refused = Assert.Throws<MergeOpsException>(() => signing.Sign(Bytes)).Diagnostic;

        Assert.Equal("MOPS733", refused.Code.Id);
        Assert.Contains(reason, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 600")]
    [InlineData("openssl dgst -sha256 -sign key.pem; exec >&-; sleep 600")]
    public void A_command_that_does_not_end_in_its_time_is_ended(string script)
    {
        using var signing = Signer(script, TimeSpan.FromSeconds(1));

        Assert.Equal("It did not end within 1 s.", Assert.Throws<MergeOpsException>(() => signing.Sign(Bytes)).Diagnostic.Detail);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told()
    {
        var command = new SigningCommand(["no-such-signer"], SourceSpan.File("mergeops.yml"), PublicKey());
        using var signing = new CommandSigner(command, command.PublicKey.Open(folder.Path), TestEnvironment.WithHome(folder["home"]), folder.Path, told.Enqueue, TestContext.Current.CancellationToken);

        Assert.Contains("There is no program 'no-such-signer' in PATH.", Assert.Throws<MergeOpsException>(() => signing.Sign(Bytes)).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_bytes_that_nobody_reads_do_not_hold_a_command_up()
    {
        folder.Write("signature", pair.SignData(new byte[1 << 20], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        using var signing = Signer("cat signature");

        Assert.NotEmpty(signing.Sign(new byte[1 << 20]));
    }

    [Fact]
    public void The_same_bytes_are_signed_once()
    {
        using var signing = Signer("echo asked >> asked; openssl dgst -sha256 -sign key.pem");

        Assert.Equal(signing.Sign(Bytes), signing.Sign([.. Bytes]));
        Assert.Single(File.ReadAllLines(folder["asked"]));
    }

    [Fact]
    public void A_command_sees_no_secret_but_those_that_the_settings_name()
    {
        using var signing = Signer("env >&2; openssl dgst -sha256 -sign key.pem", variable: "AWS_SESSION_TOKEN");

        signing.Sign(Bytes);

        Assert.Contains("AWS_SESSION_TOKEN=of-the-signer", told);
        Assert.DoesNotContain(told, line => line.Contains("of-others", StringComparison.Ordinal));
    }

    private CommandSigner Signer(string script, TimeSpan? timeout = null, string? variable = null)
    {
        folder.Write("sign.sh", Encoding.UTF8.GetBytes(script));
        var command = new SigningCommand(["sh", "sign.sh"], SourceSpan.File("mergeops.yml"), PublicKey()) { Timeout = timeout ?? SigningCommand.UsualTimeout, Variables = variable is null ? [] : [variable] };
        var environment = TestEnvironment.WithHome(folder["home"]).With(("AWS_SESSION_TOKEN", "of-the-signer"), ("HF_TOKEN", "of-others"), ("MERGEOPS_SIGNING_KEY", "of-others"));
        return new(command, command.PublicKey.Open(folder.Path), environment, folder.Path, told.Enqueue, TestContext.Current.CancellationToken);
    }

    private static PublicKeyText PublicKey() => new(new Located<string>("key.pub", SourceSpan.File("mergeops.yml")));
}
