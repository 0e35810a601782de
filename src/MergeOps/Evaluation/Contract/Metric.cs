using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Contract;

/// <summary>
/// What is measured, and everything that gates and reports need to know of it. Each class in <c>Metrics/</c> that has a page
/// beside it is found by itself; a kind of task may bring further ones of its own.
/// </summary>
internal abstract record Metric
{
    /// <summary>The name in recipes and reports, after the task's or text's and a dot.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a line that ends without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>The name as people say it.</summary>
    public virtual string Label => Name.Replace('_', ' ');

    /// <summary>The values that a figure can have; an end is infinite where there is none.</summary>
    public abstract (double Lowest, double Highest) Range { get; }

    /// <summary>Whether people read it in percent.</summary>
    public virtual bool IsShare => false;

    /// <summary>How its interval comes about, in a phrase that ends without a full stop.</summary>
    public abstract string Interval { get; }

    /// <summary>
    /// So many decimals of a figure are the same on processors of different kinds: forward passes are float32, and the order of
    /// their sums differs.
    /// </summary>
    public virtual int Decimals => 6;

    /// <summary>Whether models are scored here for it.</summary>
    public virtual bool IsScoredHere => true;

    /// <summary>What the Hub shows beside its name; null for what says little without the other models.</summary>
    public virtual string? CardMeaning => null;

    /// <summary>A phrase for the line below a table, beginning with the metric's name; null where nothing needs saying.</summary>
    public virtual string? Legend => null;

    /// <summary>A sentence for a page, below the chart or table that shows it; null where nothing needs saying.</summary>
    public virtual string? Caption => null;

    /// <summary>A model's figure, or that of a model less another one, item by item where that is possible.</summary>
    public abstract Measured Of(ScoredModels scored, ModelResult model, ModelResult? other, Figure figure);

    /// <summary>Whether a larger value is the better one; null when nothing tells.</summary>
    public abstract bool? LargerIsBetter(ModelResult model, Figure figure);

    /// <summary>What a task lacks for it, to follow its name in a sentence; null when nothing.</summary>
    public virtual string? LackOf(TaskSettings task) => null;

    /// <summary>Whether the expert of a task must be scored for it, too.</summary>
    public virtual bool NeedsExpert => false;

    /// <summary>Whether a figure is what two models have in common, so that gates must name the other one.</summary>
    public virtual bool ComparesModels => false;

    /// <summary>The values that a figure can have beside another model: those of a difference, or of what the two have in common.</summary>
    public (double Lowest, double Highest) RangeBeside => ComparesModels ? Range : (Range.Lowest - Range.Highest, Range.Highest - Range.Lowest);

    /// <summary>What is doubtful of a bound within its range, to follow the bound in a sentence; null when nothing.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="isDifference">Whether it bounds the difference of two models.</param>
    public virtual string? DoubtOf(double bound, bool isDifference) => null;

    /// <summary>What a verdict says of how the figure was measured; null where that goes without saying.</summary>
    public virtual string? RemarkOn(ModelResult model, Figure figure, bool isDifference) => null;

    /// <summary>A figure with its interval, as reports show it; what stands for no figure where there is none.</summary>
    public virtual string Text(Measured figure) => IsShare ? FigureText.PercentWithInterval(figure) : FigureText.Thousandths(figure);

    /// <summary>A figure with its interval, also where <see cref="Text"/> leaves the interval out.</summary>
    public virtual string Full(Measured figure) => IsShare ? Text(figure) : FigureText.ThousandthsWithInterval(figure);

    /// <summary>A line of a table's cell; null where the cell leaves it out.</summary>
    public virtual string? Line(Measured figure) => $"{Label} {Text(figure)}";

    /// <summary>A difference of two figures with its interval.</summary>
    public virtual string Difference(Measured figure) => IsShare ? FigureText.Points(figure) : FigureText.SignedThousandths(figure);
}
