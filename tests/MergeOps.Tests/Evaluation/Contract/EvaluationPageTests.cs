using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Reports;
using Xunit;

namespace MergeOps.Tests.Evaluation.Contract;

/// <summary>Kinds of tasks and metrics are found by their pages, and the pages say what the declarations say.</summary>
public sealed class EvaluationPageTests
{
    private static readonly EvaluationCatalogue Catalogue = EvaluationCatalogue.Default;

    public static TheoryData<string> Kinds => [.. Catalogue.Tasks.Select(kind => kind.Name)];

    public static TheoryData<string> Metrics => [.. EvaluationPage.Metrics.Instances<ItemMetric>().Select(metric => metric.Name)];

    public static TheoryData<string> Reports => [.. ReportFormat.All.Select(format => format.FileName)];

    /// <summary>Tiles and charts are told apart by them.</summary>
    [Fact]
    public void No_two_metrics_have_one_label()
    {
        var labels = EvaluationCatalogue.Default.Metrics.Select(metric => metric.Label).ToList();

        Assert.Equal(labels.Distinct(), labels);
    }

    [Fact]
    public void A_chart_is_called_by_its_metric_too_where_another_one_is_of_the_same()
    {
        Figure[] shown = [new("arc", new HarnessMetric("acc")), new("arc", new HarnessMetric("acc_norm")), new("wiki", new HarnessMetric("bits_per_byte"))];

        Assert.Equal(["arc acc", "arc acc norm", "wiki"], shown.Select(figure => ReportText.TitleOf(figure, shown)));
    }

    [Fact]
    public void Every_class_of_a_kind_metric_or_report_in_its_folder_has_a_page_by_which_it_is_found()
    {
        Assert.Equal(ClassesIn<TaskKind>("Tasks"), Catalogue.Tasks.Select(kind => kind.GetType().FullName).Order(StringComparer.Ordinal));
        Assert.Equal(ClassesIn<ReportFormat>("Reports"), ReportFormat.All.Select(format => format.GetType().FullName).Order(StringComparer.Ordinal));
        Assert.Equal(ClassesIn<ItemMetric>("Metrics"), EvaluationPage.Metrics.Instances<ItemMetric>().Select(metric => metric.GetType().FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_kinds_and_no_two_metrics_have_one_name()
    {
        Assert.Distinct(Catalogue.Tasks.Select(kind => kind.Name));
        Assert.Distinct(Catalogue.Metrics.Select(metric => metric.Name));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_is_measured_by_something_and_every_metric_has_its_words(string name)
    {
        var kind = Catalogue.Tasks.Single(known => known.Name == name);

        Assert.NotEmpty(kind.Metrics);
        Assert.All(Catalogue.MetricsOf(kind), metric =>
        {
            Assert.Matches("^[a-z0-9_@]+$", metric.Name);
            Assert.True(metric.Range.Lowest < metric.Range.Highest);
            Assert.DoesNotMatch(@"\.$", metric.Summary);
        });
    }

    /// <summary>When this fails, the expected text is what the page's file should hold.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_of_a_kind_says_what_its_declaration_says(string name)
    {
        var kind = Catalogue.Tasks.Single(known => known.Name == name);

        Assert.Equal(EvaluationPage.Tasks.Renewed(kind, EvaluationPage.FactsOf(kind)), EvaluationPage.Tasks.Source(kind));
    }

    /// <summary>When this fails, the expected text is what the page's file should hold.</summary>
    [Theory]
    [MemberData(nameof(Metrics))]
    public void The_page_of_a_metric_says_what_its_declaration_says(string name)
    {
        var metric = (ItemMetric)Catalogue.Metrics.Single(metric => metric.Name == name);

        Assert.Equal(EvaluationPage.Metrics.Renewed(metric, EvaluationPage.FactsOf(metric)), EvaluationPage.Metrics.Source(metric));
    }

    /// <summary>When this fails, the expected text is what the page's file should hold.</summary>
    [Theory]
    [MemberData(nameof(Reports))]
    public void The_page_of_a_report_says_what_its_declaration_says(string name)
    {
        var format = ReportFormat.All.Single(format => format.FileName == name);

        Assert.Equal(EvaluationPage.Reports.Renewed(format, EvaluationPage.FactsOf(format.FileName, format.Summary)), EvaluationPage.Reports.Source(format));
    }

    private static IEnumerable<string?> ClassesIn<T>(string folder) => typeof(T).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract && type.Namespace == $"MergeOps.Evaluation.{folder}")
        .Select(type => type.FullName)
        .Order(StringComparer.Ordinal);
}
