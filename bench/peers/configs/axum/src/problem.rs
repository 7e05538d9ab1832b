use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use deadpool_postgres::PoolError;

pub enum Problem {
    NameTaken,
    NotFound,
    Renamed,
    Database(PoolError),
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Problem::NameTaken => (StatusCode::CONFLICT, "a config has this name already").into_response(),
            Problem::NotFound => (StatusCode::NOT_FOUND, "no config has this name").into_response(),
            Problem::Renamed => (StatusCode::BAD_REQUEST, "a config cannot be renamed").into_response(),
            Problem::Database(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }
}

impl From<PoolError> for Problem {
    fn from(error: PoolError) -> Self {
        Problem::Database(error)
    }
}
