//! `/api/v1/series`

use axum::response::Response;
use taskwire_domain::SeriesId;
use taskwire_domain::contract::{
    Page, SeriesListQuery, SeriesOccurrences, SeriesQuery, SeriesView,
};

use crate::error::ApiError;
use crate::extract::Segment;
use crate::failures::{Coming, Paged, PathParameter, ReadsQuery, Refusals};
use crate::reader::Reader;
use crate::service::series_list;

/// List the series that go on, each with its open task.
#[utoipa::path(get, path = "/api/v1/series", operation_id = "list_series", tag = "series", params(SeriesListQuery),
    responses((status = 200, description = "One page", body = Page<SeriesView>), Refusals<(ReadsQuery, Paged)>))]
pub(crate) async fn list(reader: Reader<SeriesListQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let page = series_list::list(&mut context, &reader.query, &reader.api.cursor_key);
    reader.respond(&page.await?)
}

/// Read a series: its rule, its open task, and its occurrences, those to come and those that have ended.
#[utoipa::path(get, path = "/api/v1/series/{series}", operation_id = "get_series", tag = "series",
    params(("series" = uuid::Uuid, Path, description = "The series' id"), SeriesQuery),
    responses((status = 200, description = "The series", body = SeriesOccurrences),
        Refusals<(ReadsQuery, PathParameter, Paged, Coming)>))]
pub(crate) async fn get(
    reader: Reader<SeriesQuery>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    let id: SeriesId = id
        .parse()
        .map_err(|_| ApiError::NotFound("such series".into()))?;
    let mut context = reader.begin().await?;
    let series = series_list::get(&mut context, id, &reader.query, &reader.api.cursor_key);
    reader.respond(&series.await?)
}
