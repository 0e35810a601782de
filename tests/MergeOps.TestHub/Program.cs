using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MergeOps.TestHub.Faults;

namespace MergeOps.TestHub;

/// <summary>The test Hub as a program of its own.</summary>
internal static class Program
{
    private const string Usage = """
        usage: mergeops-test-hub --root DIR [--port N] [--prefix /PATH] [--page-size N] [--part-size BYTES] [--fault LINE]...
                                  [--small-model OWNER/NAME]...

        Each folder OWNER/NAME below DIR is served as a model, and each --small-model is a Llama of a few kilobytes with
        random weights. A fault is a line such as
        "cut=1000 path=*/model.safetensors host=cdn skip=1 times=2".
        """;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--help"] or ["-h"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        TestHubServer hub;
        try
        {
            var (root, options, faults, models) = Read(arguments);
            Directory.CreateDirectory(root);
            hub = await TestHubServer.StartAsync(root, options);
            foreach (var fault in faults)
            {
                FaultText.Arm(hub.Faults, fault);
            }

            for (var seed = 0; seed < models.Count; seed++)
            {
                if (hub.Store.Repository(models[seed]) is not null)
                {
                    throw new FormatException($"--small-model {models[seed]} is there already.");
                }

                hub.AddSmallModel(models[seed], seed: seed);
            }
        }
        catch (FormatException mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake.Message}\n\n{Usage}");
            return 2;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 3;
        }

        await using (hub)
        {
            Console.WriteLine($"HF_ENDPOINT={hub.Endpoint.ToString().TrimEnd('/')}");
            Console.WriteLine($"HF_TOKEN={hub.Token}");
            foreach (var id in hub.Store.Ids)
            {
                await Console.Error.WriteLineAsync($"serves {id}");
            }

            if (!hub.Store.Ids.Any())
            {
                await Console.Error.WriteLineAsync("serves no model yet: the folder holds no OWNER/NAME");
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
    }

    private static (string Root, TestHubOptions Options, IReadOnlyList<string> Faults, IReadOnlyList<string> Models) Read(string[] arguments)
    {
        var (root, options, faults, models) = ((string?)null, new TestHubOptions(), new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"'{arguments[i]}' has no value.");
            switch (arguments[i])
            {
                case "--root" when value.Length > 0: root = value; break;
                case "--port": options = options with { Port = (int)Number(value, 0, 65535) }; break;
                case "--prefix" when value.StartsWith('/') && !value.EndsWith('/'): options = options with { PathPrefix = value }; break;
                case "--page-size": options = options with { PageSize = (int)Number(value, 1, int.MaxValue) }; break;
                case "--part-size": options = options with { PartSize = Number(value, 1, long.MaxValue), MultipartThreshold = Number(value, 1, long.MaxValue) }; break;
                case "--fault": faults.Add(value); break;
                case "--small-model" when value.Split('/') is [{ Length: > 0 }, { Length: > 0 }]: models.Add(value); break;
                default: throw new FormatException($"'{arguments[i]} {value}' means nothing here.");
            }
        }

        return (root ?? throw new FormatException("--root is missing."), options, faults, models);
    }

    private static long Number(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is no number from {least} to {most}.");
}
