using System.Globalization;
using System.Runtime.InteropServices;

namespace MergeOps.TestHub;

/// <summary>The test Hub by hand: <c>--port N --root DIR</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (Value(arguments, "--root") is not { } root || !int.TryParse(Value(arguments, "--port") ?? "0", CultureInfo.InvariantCulture, out var port))
        {
            await Console.Error.WriteLineAsync("usage: MergeOps.TestHub --root DIR [--port N] [--prefix /PATH] [--part-size BYTES]\n\nEach folder OWNER/NAME below DIR is served as a model.");
            return 2;
        }

        Directory.CreateDirectory(root);
        var options = new TestHubOptions { Port = port, PathPrefix = Value(arguments, "--prefix") ?? "" };
        if (long.TryParse(Value(arguments, "--part-size"), CultureInfo.InvariantCulture, out var partSize))
        {
            options = options with { PartSize = partSize, MultipartThreshold = partSize };
        }

        await using var hub = await TestHubServer.StartAsync(root, options);
        Console.WriteLine($"HF_ENDPOINT={hub.Endpoint.ToString().TrimEnd('/')}");
        Console.WriteLine($"HF_TOKEN={hub.Token}");
        foreach (var id in hub.Store.Ids)
        {
            await Console.Error.WriteLineAsync($"serves {id}");
        }

        var stopped = new TaskCompletionSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await stopped.Task;
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }

    private static string? Value(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
}
