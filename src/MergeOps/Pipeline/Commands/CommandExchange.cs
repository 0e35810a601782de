using System.Diagnostics;
using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Commands;

/// <summary>What a command is asked on stdin and answers on stdout, both as bytes, within bounds.</summary>
/// <param name="question">The bytes that it gets.</param>
/// <param name="mostBytes">The length of the longest answer.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class CommandExchange(byte[] question, int mostBytes, TimeSpan timeout)
{
    private volatile bool isTooLong;
    private volatile byte[]? answer;

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>What it printed on stdout; null where that was too long, or a program that it left running still holds it open.</summary>
    public byte[]? Answer => answer;

    /// <summary>Why a command that ended, or was ended, has no answer.</summary>
    public string Objection(bool hasEnded) =>
        isTooLong ? $"It printed more than {ByteText.Of(mostBytes)} on stdout."
        : hasEnded ? "It ended, but something that it started still holds its stdout open."
        : string.Create(CultureInfo.InvariantCulture, $"It did not end within {timeout.TotalSeconds:0} s.");

    /// <summary>Asks, and takes the answer.</summary>
    /// <param name="process">The command.</param>
    /// <param name="ending">Ends the command; cancelled when it answers too much.</param>
    public Task RunAsync(Process process, CancellationTokenSource ending) =>
        Task.WhenAll(AskAsync(process.StandardInput.BaseStream, ending.Token), TakeAsync(process.StandardOutput.BaseStream, ending));

    private async Task AskAsync(Stream input, CancellationToken cancellation)
    {
        try
        {
            await using (input)
            {
                await input.WriteAsync(question, cancellation);
            }
        }
        catch (Exception unread) when (unread is IOException or OperationCanceledException)
        {
            // it need not read to the end; what it answers is judged by itself
        }
    }

    private async Task TakeAsync(Stream output, CancellationTokenSource ending)
    {
        var taken = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await output.ReadAsync(buffer, ending.Token)) > 0;)
            {
                taken.Write(buffer.AsSpan(0, read));
                if (taken.Length > mostBytes)
                {
                    isTooLong = true;
                    await ending.CancelAsync();
                    return;
                }
            }

            answer = taken.ToArray();
        }
        catch (OperationCanceledException)
        {
            // whoever ended the command says why
        }
    }
}
