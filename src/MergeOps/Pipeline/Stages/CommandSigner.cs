using MergeOps.Diagnostics;
using MergeOps.Pipeline.Commands;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Signs with the command of the settings. Nothing that it answers is taken before the public key has verified it.</summary>
/// <param name="command">The command.</param>
/// <param name="key">Its public key, which is disposed with this.</param>
/// <param name="environment">What the command sees, without secrets.</param>
/// <param name="folder">Where it runs; null for the current folder.</param>
/// <param name="tell">Hears what it prints on stderr.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class CommandSigner(SigningCommand command, EllipticKey key, HostEnvironment environment, string? folder, Action<string> tell, CancellationToken cancellation) : ISigner
{
    // a signature has at most 140 bytes; certificates and words around it are no answer
    private const int LongestAnswer = 64 * 1024;

    private (byte[] Bytes, byte[] Signature)? last;

    /// <inheritdoc/>
    public string Hint => key.Hint;

    /// <inheritdoc/>
    public byte[] Sign(byte[] bytes)
    {
        // a key service is asked once for the same files, however often the place is looked at
        if (last is not { } made || !made.Bytes.AsSpan().SequenceEqual(bytes))
        {
            last = made = (bytes, AskAsync(bytes).GetAwaiter().GetResult());
        }

        return made.Signature;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private async Task<byte[]> AskAsync(byte[] bytes)
    {
        var exchange = new CommandExchange(bytes, LongestAnswer, command.Timeout);
        var end = await new CommandRun(environment, Failed, tell, cancellation) { Variables = command.Variables }.RunAsync(command.Words, folder, exchange);
        if (end.ExitCode != 0)
        {
            throw Failed($"It ended with {end.ExitCode}.{end.Printed}", null);
        }

        var answer = exchange.Answer!;
        var signatures = SignatureForm.Read(answer);
        return signatures.Count == 0
            ? throw Failed($"What it printed on stdout ({Quantity.Of(answer.Length, "byte")}) is not an ECDSA signature: neither DER nor r and s, as bytes, in base64 or as the member 'Signature' of JSON.", null)
            : signatures.FirstOrDefault(signature => key.Verifies(bytes, signature)) is { } signature ? signature
            : throw Failed($"Its signature does not verify with the public key, so another key made it, or it is not over {key.Hash} of the bytes on stdin. The public key's hint is {key.Hint}.", null);
    }

    private MergeOpsException Failed(string detail, Exception? cause) => new(Codes.SigningFailed, detail, command.Span, cause);
}
