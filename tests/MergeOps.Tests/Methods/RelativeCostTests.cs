using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>The page about speed holds what was measured, and estimates of time go by the figures of the methods.</summary>
public sealed partial class RelativeCostTests
{
    private const double Tolerance = 0.05;

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Merging", "Speed.md"));

    private static readonly double StartUp = double.Parse(TakenOff().Match(Page).Groups["seconds"].Value, CultureInfo.InvariantCulture);

    private static readonly Dictionary<string, double> Seconds = Measured().Matches(Page)
        .ToDictionary(row => row.Groups["method"].Value, row => double.Parse(row.Groups["seconds"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public static TheoryData<string> Methods => new(Seconds.Keys);

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_methods_figure_is_what_the_page_about_speed_shows(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;

        Assert.InRange(method.RelativeCost / (PerByte(name) / PerByte("linear")), 1 - Tolerance, 1 + Tolerance);
    }

    // three models, or as many as the method takes, and the output
    private static double PerByte(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;
        var inputs = method.MaxModels < 3 ? method.MaxModels + (method.BaseModel == BaseModelRule.Required ? 1 : 0) : 3;
        return (Seconds[name] - StartUp) / (inputs + 1);
    }

    [GeneratedRegex(@"^\| `(?<method>\w+)` \| (?<seconds>[0-9.]+) \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Measured();

    [GeneratedRegex(@"less (?<seconds>[0-9.]+) s of start-up", RegexOptions.None, 1000)]
    private static partial Regex TakenOff();
}
