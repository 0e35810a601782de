using System.Globalization;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>A fault as a line of text: <c>cut=1000 path=*/model.safetensors method=GET host=cdn skip=1 times=2</c>.</summary>
internal static class FaultText
{
    private static readonly SortedDictionary<string, Func<string?, Fault>> Kinds = new(StringComparer.Ordinal)
    {
        ["cut"] = value => Misbehave.Cut(Number(value)),
        ["cut-without-length"] = _ => Misbehave.CutWithoutLength(),
        ["etag"] = value => Misbehave.ETag(value ?? ""),
        ["expired-url"] = _ => Misbehave.ExpiredUrl(),
        ["flip-bit"] = value => Misbehave.FlipBit(Number(value)),
        ["gzip-bomb"] = value => Misbehave.GzipBomb(Number(value) ?? 64 << 20),
        ["header-flood"] = _ => Misbehave.HeaderFlood(),
        ["ignore-range"] = _ => Misbehave.IgnoreRange(),
        ["linked-size"] = value => Misbehave.LinkedSize(Required(value)),
        ["longer"] = value => Misbehave.Longer(Count(value, 16)),
        ["lose-answer"] = _ => Misbehave.LoseAnswer(),
        ["never"] = _ => Misbehave.Never(),
        ["rate-limited"] = value => Misbehave.RateLimited(Count(value, 60)),
        ["redirect"] = value => Misbehave.Redirect(value ?? throw new FormatException("'redirect' needs an address: redirect=URL")),
        ["redirect-loop"] = _ => Misbehave.RedirectLoop(),
        ["reset"] = value => Misbehave.Reset(Number(value)),
        ["sign-in-page"] = _ => Misbehave.SignInPage(),
        ["slow"] = value => Misbehave.Slow(TimeSpan.FromMilliseconds(Count(value, 1000))),
        ["stale-parent"] = _ => Misbehave.StaleParent(),
        ["stall"] = value => Misbehave.Stall(Number(value) ?? 1024),
        ["status"] = value => Misbehave.Status(Status(Required(value))),
        ["status-afterwards"] = value => Misbehave.StatusAfterwards(Status(Number(value) ?? 500)),
        ["without"] = value => Misbehave.Without(value ?? throw new FormatException("'without' needs the name of a header: without=Link")),
        ["wrong-range"] = _ => Misbehave.WrongRange(),
    };

    /// <summary>The names of all faults.</summary>
    public static IEnumerable<string> Names => Kinds.Keys;

    /// <summary>Arms the fault of a line.</summary>
    /// <exception cref="FormatException">The line is none, and why.</exception>
    public static ArmedFault Arm(FaultList faults, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('=', 2)).ToList();
        if (words.Count == 0 || !Kinds.TryGetValue(words[0][0], out var make))
        {
            throw new FormatException($"A fault begins with one of: {string.Join(", ", Names)}.");
        }

        var (path, method, origin, skip, times) = ("*", (string?)null, (Origin?)null, 0, int.MaxValue);
        foreach (var word in words.Skip(1))
        {
            var value = word.Length == 2 ? word[1] : throw new FormatException($"'{word[0]}' has no value.");
            switch (word[0])
            {
                case "path": path = value; break;
                case "method": method = value.ToUpperInvariant(); break;
                case "host" when Enum.TryParse<Origin>(value, ignoreCase: true, out var host) && Enum.IsDefined(host) && !char.IsAsciiDigit(value[0]): origin = host; break;
                case "skip": skip = Count(value, 0); break;
                case "times": times = Count(value, 0); break;
                default: throw new FormatException($"'{string.Join('=', word)}' is none of path=GLOB, method=NAME, host=hub|cdn|foreign, skip=N and times=N.");
            }
        }

        return faults.Add(make(words[0].ElementAtOrDefault(1)), path, method, origin, skip, times);
    }

    private static long? Number(string? value) => value is null ? null : Required(value);

    private static long Required(string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{value}' is no whole number.");

    private static int Count(string? value, int usual) => (int)Math.Min(Number(value) ?? usual, int.MaxValue);

    private static int Status(long value) => value is >= 200 and <= 599 ? (int)value : throw new FormatException($"{value} is no status of an answer: 200 to 599.");
}
