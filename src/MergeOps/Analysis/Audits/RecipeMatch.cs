using MergeOps.Merging.Reading.Elements;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Analysis.Audits;

/// <summary>How a tensor stands to what a recipe makes.</summary>
internal enum Likeness
{
    /// <summary>It is what the recipe makes, up to rounding.</summary>
    Matches,

    /// <summary>It is something else.</summary>
    Differs,

    /// <summary>A sample cannot tell: the method needs whole matrices, or copies rows.</summary>
    NotJudged,
}

/// <summary>A tensor of an audited model beside what its recipe makes of the same entries.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Likeness">The verdict.</param>
/// <param name="Misfit">The differences' root mean square, over that of rounding.</param>
internal sealed record RecipeMatch(string Tensor, Likeness Likeness, double Misfit)
{
    // a coefficient is another one where it is off by this, and by so many times its error
    private const double LeastShift = 0.002;
    private const double Significant = 5;

    // a method that looks at the whole tensor first gets the sample's figures, unless all was read: entries near its thresholds may fall on either side
    private const double LeastAlike = 0.97;
    private const double LeastAlikeOfWhole = 0.995;
    private const double RoughShift = 0.01;
    private const double Widest = 4;

    // norms and quantiles of a sample of n entries are off by 1/√n or so, twice that where neighbors are alike; five times that is beyond chance, in what they scale and in what they cut
    private const double SampleErrors = 10;

    /// <summary>How the differences lean towards each model by its number, where a sample's figures stood for the tensor's; null elsewhere.</summary>
    public IReadOnlyDictionary<int, Lean>? Rough { get; private init; }

    /// <summary>
    /// What tensors say together of which each had a sample's figures: chance leans each of them to another side, and a wrong
    /// recipe all of them to one. Where they lean, none of them matches.
    /// </summary>
    /// <param name="matches">The tensors.</param>
    public static IReadOnlyList<RecipeMatch> Together(IReadOnlyList<RecipeMatch> matches)
    {
        var isLeaning = matches.Where(match => match.Rough is not null).SelectMany(match => match.Rough!)
            .GroupBy(lean => lean.Key, lean => lean.Value)
            .Select(leans => leans.Aggregate((a, b) => a + b))
            .Any(lean => lean.Squares > 0 && Math.Abs(lean.Products) / lean.Squares > Math.Max(LeastShift, SampleErrors / Math.Sqrt(lean.Entries)));
        return isLeaning ? [.. matches.Select(match => match.Rough is null ? match : match with { Likeness = Likeness.Differs })] : matches;
    }

    /// <summary>Compares a tensor.</summary>
    /// <param name="job">The job that makes it by the recipe.</param>
    /// <param name="runs">What was read of it.</param>
    /// <param name="open">Reads what the job reads.</param>
    /// <param name="model">Reads the audited model's tensor.</param>
    /// <param name="stored">The number type in which that is stored.</param>
    public static RecipeMatch Of(TensorJob job, IReadOnlyList<(long Start, int Length)> runs, Func<TensorSource, ElementReader> open, ElementReader model, DType stored)
    {
        if (job.Layout != TileLayout.Elements || job.Tail is not null || job.Factor is not null || job.Scan is not null || job.Statistics.Any(statistic => !statistic.IsTiled || statistic.Source is null))
        {
            return new(job.Name, Likeness.NotJudged, 0);
        }

        JobInput[] read = [.. job.Inputs, .. job.Base is { } origin ? [origin] : Array.Empty<JobInput>()];
        var tensor = new SampledTensor(job, runs, [.. read.Select(input => open(input.Source))], [.. job.TiledStatistics.Select(statistic => open(statistic.Source!))]);
        var function = job.Method?.Prepare(tensor);
        double residuals = 0, noise = 0, alike = 0, count = runs.Sum(run => (long)run.Length);
        var isRough = tensor.WasScanned && count < job.ElementCount;
        var sampleError = isRough ? SampleErrors / Math.Sqrt(count) : 0;
        var (products, squares) = (new double[read.Length], new double[read.Length]);
        DType? rounded = null;
        foreach (var run in runs)
        {
            var audited = RunSums.Values(model, run.Start, run.Length);
            var made = tensor.Merged(run, function);
            var parents = tensor.Read(run);
            var dtype = rounded ??= Rounding.TypeOf(audited, stored);
            for (var i = 0; i < audited.Length; i++)
            {
                var (apart, error) = (audited[i] - Rounding.Round(made[i], dtype), Rounding.SquareOf(audited[i], dtype));
                residuals += apart * apart;
                noise += error;
                var farthest = 0.0;
                for (var parent = 0; parent < parents.Length; parent++)
                {
                    var way = parents[parent][i] - made[i];
                    products[parent] += apart * way;
                    squares[parent] += way * way;
                    farthest = Math.Max(farthest, way * way);
                }

                alike += apart * apart <= (12 * Widest * Widest * error) + (sampleError * sampleError * farthest) ? 1 : 0;
            }
        }

        // what is left must be noise: none of it may point to one of the models
        var isShifted = Enumerable.Range(0, read.Length).Any(parent => squares[parent] > 0
            && Math.Abs(products[parent]) / squares[parent] > Math.Max(isRough ? Math.Max(RoughShift, sampleError) : LeastShift, Significant * Math.Sqrt(noise / count / squares[parent])));
        var misfit = Math.Sqrt(residuals / Math.Max(noise, double.Epsilon));
        var isNear = tensor.WasScanned ? alike >= (isRough ? Math.Min(LeastAlike, 1 - sampleError) : LeastAlikeOfWhole) * count : Rounding.Explains(residuals, noise, squares.Min(), count);
        return new(job.Name, isNear && !isShifted ? Likeness.Matches : Likeness.Differs, misfit)
        {
            Rough = !isRough ? null : read.Index().GroupBy(input => input.Item.Model, input => new Lean(products[input.Index], squares[input.Index], count)).ToDictionary(same => same.Key, same => same.First()),
        };
    }
}

/// <summary>How differences lean towards a model.</summary>
/// <param name="Products">Σ of the differences times the way to the model.</param>
/// <param name="Squares">Σ of the squared way.</param>
/// <param name="Entries">How many entries were added up.</param>
internal readonly record struct Lean(double Products, double Squares, double Entries)
{
    public static Lean operator +(Lean a, Lean b) => new(a.Products + b.Products, a.Squares + b.Squares, a.Entries + b.Entries);
}

/// <summary>A model beside its recipe.</summary>
/// <param name="Label">Where the recipe stands, such as <c>mergekit_config.yml</c>.</param>
/// <param name="Method">Its method.</param>
/// <param name="Tensors">The tensors that both have, in ordinal order.</param>
/// <param name="Missing">Tensors that the recipe makes and the model does not have.</param>
/// <param name="Extra">Tensors of the model that the recipe does not make.</param>
internal sealed record RecipeAudit(string Label, string Method, IReadOnlyList<RecipeMatch> Tensors, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra)
{
    /// <summary>How many tensors a sample can judge.</summary>
    public int Judged => Tensors.Count(tensor => tensor.Likeness is not Likeness.NotJudged);

    /// <summary>How many of them are what the recipe makes.</summary>
    public int Matched => Tensors.Count(tensor => tensor.Likeness is Likeness.Matches);

    /// <summary>Whether nothing speaks against the recipe; null where nothing could be judged.</summary>
    public bool? IsTrue => Judged == 0 ? null : Matched == Judged && Missing.Count == 0 && Extra.Count == 0;
}
